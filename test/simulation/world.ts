import type { SQSClient } from '@aws-sdk/client-sqs';
import { startEventSourceMapping, type EventSourceMappingHandle } from '../../lib/esm/index.ts';
import type { SimStream } from './sim-stream.ts';
import { Chance } from './chance.ts';
import { check } from './check.ts';
import { SimClock } from './clock.ts';
import { Faults } from './faults.ts';
import { SimLambda } from './lambda.ts';
import { MINUTE, SECOND } from './pipeline.ts';
import { redriveAll } from './redrive.ts';
import { FAILURES, Service, type FunctionName } from './service.ts';
import { SimDynamo, streamArnOf } from './sim-dynamo.ts';
import { SimKinesis, STREAM_ARN } from './sim-kinesis.ts';
import { SimQueues } from './sim-queue.ts';
import { Watch } from './watch.ts';
import { workloadOf } from './workload.ts';

/** What one run is made of beside its seed: nothing, or less than the seed would have. */
export interface RunOptions {
  /** Names of the faults that may be injected; all, unless given. */
  readonly faults?: ReadonlySet<string>;
  /** Indexes of the records that are put; all, unless given. */
  readonly records?: ReadonlySet<number>;
}

/** What came of a run. */
export interface RunResult {
  /** What is not as it must be; empty if all is. */
  readonly violations: readonly string[];
  /** Faults that were injected, by name. */
  readonly faults: readonly string[];
  /** Indexes of the records that were put. */
  readonly records: readonly number[];
  /** Alerts of a key all of whose transitions were compared with what the data imply. */
  readonly compared: number;
  /** On-failure messages that there were. */
  readonly givenUp: number;
}

const START = Date.UTC(2024, 0, 1, 10);
/** A run that is not at rest by then never will be; ordinary ones take some minutes. */
const END = START + 12 * 60 * MINUTE;

/**
 * Runs the service once: the real handlers, stores and event source mappings over simulated services, every interleaving
 * and every fault decided by the seed. In the end nothing fails any more, what Lambda gave up on is redriven, and all is
 * checked.
 */
export async function run(seed: number, options: RunOptions = {}): Promise<RunResult> {
  const clock = new SimClock(START);
  const chance = new Chance(seed);
  const faults = new Faults(chance, options.faults);
  const kinesis = new SimKinesis(clock, chance);
  const watch = new Watch();
  const dynamo = new SimDynamo(clock, (write) => {
    watch.see(write);
  });
  for (const table of ['aggregates', 'alerts']) dynamo.create(table, { streamed: true });
  dynamo.create('timers', { streamed: false });
  const queues = new SimQueues();
  const published: string[] = [];
  const service = new Service({ clock, chance, dynamo, queues, published });
  const lambda = new SimLambda({ clock, chance, faults }, service);
  const redrive = () => redriveAll({ lambda, service, kinesis, dynamo, queues });
  // A tick that fails does no harm: the next one does what it did not.
  const tick = () => service.tick(lambda.start('tick')).catch(() => undefined);

  const sources: readonly [FunctionName, string, SimStream][] = [
    ['aggregate', STREAM_ARN, kinesis.stream],
    ['evaluate', streamArnOf('aggregates'), dynamo.streams.get('aggregates')!],
    ['notify', streamArnOf('alerts'), dynamo.streams.get('alerts')!],
  ];
  const mappings = sources.map(([name, arn, source]) =>
    startMapping(name, arn, source, { chance, clock, queues, lambda }),
  );

  const isAtRest = async (): Promise<boolean> => {
    for (let kept = -1; queues.messages(FAILURES).length !== kept;) {
      await quiet(mappings, sources, lambda);
      kept = await redrive();
      await quiet(mappings, sources, lambda);
      await tick();
      await quiet(mappings, sources, lambda);
    }
    return true;
  };

  const puts = workloadOf(chance, START).filter(({ index }) => options.records?.has(index) ?? true);
  for (const put of puts) {
    await clock.sleep(put.pause);
    kinesis.put(put);
    if (faults.event('reshard', 0.03)) kinesis.reshard();
    if (faults.event('redrive', 0.03)) await redrive();
    if (faults.event('tick', 0.1)) await tick();
  }
  await clock.sleep(3 * MINUTE);
  await Promise.all([redrive(), redrive()]);
  faults.calm = true;

  const rested = await Promise.race([isAtRest(), clock.sleep(END - clock.now()).then(() => false)]);
  await Promise.all(mappings.map((mapping) => mapping.stop({ abort: true })));
  clock.stop();

  const stalled = faults.injected.some((fault) => /^invoke evaluate#\d+:(zombie|duplicate)$/.test(fault));
  const { violations, compared } = rested
    ? check({ kinesis, dynamo, queues, published, watch, stalled })
    : { violations: ['the service does not come to rest, though nothing fails any more'], compared: 0 };
  return {
    violations,
    compared,
    faults: faults.injected,
    records: puts.map(({ index }) => index),
    givenUp: queues.sent(FAILURES).length,
  };
}

function startMapping(
  name: FunctionName,
  arn: string,
  source: SimStream,
  services: { chance: Chance; clock: SimClock; queues: SimQueues; lambda: SimLambda },
): EventSourceMappingHandle {
  const { chance, clock, queues, lambda } = services;
  // As it is deployed, so to say: nothing is given up within the time that a run takes.
  const isPatient = chance.next('patient') < 0.5;
  return startEventSourceMapping({
    mapping: {
      EventSourceArn: arn,
      FunctionName: name,
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: chance.int('batch size', 1, 20),
      MaximumBatchingWindowInSeconds: chance.int('batching window', 0, 1),
      MaximumRetryAttempts: isPatient ? -1 : chance.pick('retries', [-1, -1, 1, 3]),
      MaximumRecordAgeInSeconds: isPatient ? -1 : chance.pick('record age', [-1, 60, 120]),
      BisectBatchOnFunctionError: chance.next('bisect') < 0.7,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: { OnFailure: { Destination: `arn:aws:sqs:us-east-1:000000000000:${FAILURES}` } },
    },
    source,
    invoke: lambda.invokerOf(name),
    destinations: {
      sqs: {
        send: (command: object) => Promise.resolve(queues.perform(command)),
      } as unknown as SQSClient,
    },
    clock,
    backoff: { initialMs: 0.5 * SECOND, maximumMs: 20 * SECOND },
    random: () => chance.next(`mapping of ${name}`),
  });
}

/** Waits until nothing moves any more, those included who are taken for dead. */
async function quiet(
  mappings: readonly EventSourceMappingHandle[],
  sources: readonly [FunctionName, string, SimStream][],
  lambda: SimLambda,
): Promise<void> {
  const done = (): number =>
    mappings.flatMap((mapping) => mapping.stats()).reduce((sum, shard) => sum + shard.recordsRead, 0);
  for (let before = -1; before !== done();) {
    before = done();
    await lambda.idle();
    for (const [i, mapping] of mappings.entries()) {
      const drained = mapping.drained();
      sources[i]?.[2].nudge();
      await drained;
    }
  }
}
