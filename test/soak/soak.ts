import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { GetQueueAttributesCommand, CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { SubscribeCommand } from '@aws-sdk/client-sns';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { EventSourceMappingOptions } from '../../lib/esm/index.ts';
import { runStack, type RunningStack } from '../../lib/local/stack-runner.ts';
import type { AwsClients } from '../../lib/local/aws/clients.ts';
import { LOCAL_ACCESS_KEY_ID, LOCAL_REGION, LOCAL_SECRET_ACCESS_KEY } from '../../lib/local/aws/constants.ts';
import type { QuarantineMessage } from '../../lib/quarantine/message.ts';
import { DynamoPaneReader } from '../../lib/store/dynamo-pane-reader.ts';
import pipeline from '../../pipeline.ts';
import { Chance } from '../simulation/chance.ts';
import { account, type Findings } from './account.ts';
import { accountAlerts, accountDue } from './alerts-account.ts';
import { messagesIn, showSoon } from './failure-queue.ts';
import { Faults } from './faults.ts';
import { Flights } from './flights.ts';
import { Invocations } from './invocations.ts';
import { Mapping } from './mapping.ts';
import { Producer } from './producer.ts';
import { readPanes, readQueue, readStream, readTransitions } from './remains.ts';
import { reshard } from './reshard.ts';
import { startServers } from './servers.ts';
import { Tally } from './tally.ts';

/** How to soak. */
export interface SoakOptions {
  /** The project's directory. */
  readonly root: string;
  readonly seed: number;
  readonly minutes: number;
  readonly recordsPerSecond: number;
  /** Tells how far it is. */
  readonly onProgress: (line: string) => void;
  /** Receives what functions write, and what was given up. */
  readonly onLine: (line: string) => void;
}

/** What a soak found. */
export interface SoakResult extends Findings {
  readonly summary: string;
}

const LOCAL = {
  region: LOCAL_REGION,
  credentials: { accessKeyId: LOCAL_ACCESS_KEY_ID, secretAccessKey: LOCAL_SECRET_ACCESS_KEY },
};
const PARAMS = { shards: '2' };
const REPORT_MS = 10_000;
// Redriving what is left takes a read of the shards for each range; a message that stays is a finding.
const SETTLE_MS = 300_000;
// Lambda sends on-failure messages from queues of its own, and does not give them up because SQS is away.
const DESTINATION_ATTEMPTS = 50;
const BACKOFF = { initialMs: 200, maximumMs: 2_000 };

/**
 * Runs the packaged service while everything dies by chance, then lets all come to rest, redrives what was given up, and
 * holds what is stored and received against what the stream holds.
 *
 * @throws {PackageError} @throws {TemplateError} @throws {EmbeddedAwsError} if a part does not come up
 */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const { root, seed, minutes, recordsPerSecond, onProgress, onLine } = options;
  const chance = new Chance(seed);
  const tally = new Tally(onLine);
  const servers = await startServers();
  const { clients, endpoints } = servers.aws;
  const producing = new KinesisClient({
    ...LOCAL,
    endpoint: endpoints.kinesis,
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(),
  });
  const failing = new SQSClient({ ...LOCAL, endpoint: endpoints.sqs, maxAttempts: DESTINATION_ATTEMPTS });
  const mappings = new Map<string, Mapping>();
  const invocations = new Invocations(chance, async (requestId) => (await running).kill(requestId));
  const running = runStack({
    root,
    params: PARAMS,
    startAws: () => Promise.resolve(servers.aws),
    onOutput: (name, text) => {
      tally.output(name, text);
    },
    onEvent: (name, event) => {
      tally.event(name, event);
    },
    startMapping: (name, declared) => {
      const mapping = new Mapping(() => ({
        ...declared,
        mapping: harsher(declared.mapping, chance, name),
        destinations: { sqs: failing },
        backoff: BACKOFF,
        invoke: (event, info) =>
          invocations.invoke(
            name,
            (requestId) => declared.invoke(event, { ...info, requestId }),
            info.requestId,
            info.signal,
          ),
      }));
      mappings.set(name, mapping);
      return mapping;
    },
  });
  const stack = await running;
  try {
    const operator = await subscribeQueue(clients, stack.ref('AlertsTopic'));
    const failures = stack.ref('FailureQueue');
    await showSoon(clients.sqs, failures);
    const producer = new Producer(producing, stack.ref('EventStream'), new Flights(chance, recordsPerSecond));
    const redrive = async (): Promise<void> => {
      await invocations.invoke(
        'redrive',
        (requestId) => stack.invoke('redrive', {}, requestId),
        randomUUID(),
      );
    };
    const faults = new Faults({
      chance,
      invocations,
      servers,
      mappings,
      redrive,
      reshard: () => reshard(clients.kinesis, stack.ref('EventStream'), chance),
    });
    const progress = (): string =>
      `${producer.put} records put, ${invocations.made} invocations (${invocations.duplicated} of them again), ` +
      `killed: ${invocations.killed} invocations, ${faults.serverKills} servers, ${faults.engineRestarts} engines; ` +
      `${faults.reshardings} times resharded; ${tally.discarded} batches given up, ${tally.redriven} redriven`;
    const report = setInterval(() => {
      onProgress(progress());
    }, REPORT_MS);

    const end = AbortSignal.timeout(minutes * 60_000);
    await Promise.all([producer.run(recordsPerSecond, end), faults.run(end)]);
    onProgress('Nothing fails any more; waiting for rest, and redriving what was given up …');
    invocations.isCalm = true;
    await invocations.settled();
    const isSettled = await settle(stack, () => messagesIn(clients.sqs, failures), redrive);
    clearInterval(report);
    onProgress(progress());

    const stream = stack.ref('EventStream');
    const quarantine = (await readQueue(clients.sqs, stack.ref('QuarantineQueue'))).map(
      (body) => JSON.parse(body) as QuarantineMessage,
    );
    const received = (await readQueue(clients.sqs, operator)).map(
      (body) => (JSON.parse(body) as { readonly Message: string }).Message,
    );
    const transitions = await readTransitions(clients, stack.ref('AlertsTable'));
    const shards = await readStream(clients.kinesis, stream, producer.known);
    const panes = await readPanes(clients.dynamodb, stack.ref('AggregatesTable'), pipeline);
    const { watermark } = await new DynamoPaneReader({
      client: clients.dynamodb,
      table: stack.ref('AggregatesTable'),
      pipeline,
    }).readWatermarks();
    const findings = account({ shards, givenUp: tally.givenUp, quarantine, panes });
    const inStream = shards
      .flatMap(({ records }) => records)
      .reduce((sum, { contents }) => sum + contents.length, 0);
    const violations = [
      ...findings.violations,
      ...accountAlerts(transitions, received),
      ...accountDue([...findings.expected.values()], transitions, watermark),
      ...tally.violations,
      ...(isSettled ? [] : [`the failure queue is not empty; kept were ${keptOf(tally)}`]),
    ];
    return {
      ...findings,
      violations,
      summary:
        `${inStream} records in ${shards.length} shards: ${findings.late} late, ${findings.refused} set aside; ` +
        `${panes.size} panes; ${transitions.length} transitions of alerts, received in ${received.length} messages\n` +
        `lost ${findings.lost}, double-counted ${findings.doubled}, other violations ${violations.length}`,
    };
  } finally {
    producing.destroy();
    failing.destroy();
    await stack.stop();
  }
}

/** A mapping that gives up soon, with other batches for each engine. */
function harsher(
  declared: EventSourceMappingOptions['mapping'],
  chance: Chance,
  name: string,
): EventSourceMappingOptions['mapping'] {
  return {
    ...declared,
    BatchSize: chance.pick(`batch size ${name}`, [20, 100, 500]),
    MaximumBatchingWindowInSeconds: chance.pick(`window ${name}`, [0, 1]),
    MaximumRetryAttempts: 2,
    MaximumRecordAgeInSeconds: 60,
    // Halved batches are given up one record at a time, whole ones together.
    BisectBatchOnFunctionError: chance.next(`bisect ${name}`) < 0.5,
  };
}

/** @returns the URL of a queue that receives what is published to a topic */
async function subscribeQueue({ sqs, sns }: AwsClients, topic: string): Promise<string> {
  const { QueueUrl: url = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'operator' }));
  const { Attributes: attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
  );
  await sns.send(new SubscribeCommand({ TopicArn: topic, Protocol: 'sqs', Endpoint: attributes?.QueueArn }));
  return url;
}

/** Redrives until nothing moves any more and the failure queue is empty. @returns whether that was in time */
async function settle(
  stack: RunningStack,
  messagesLeft: () => Promise<number>,
  redrive: () => Promise<void>,
): Promise<boolean> {
  const late = AbortSignal.timeout(SETTLE_MS);
  for (;;) {
    await stack.quiet();
    if ((await messagesLeft()) === 0) return true;
    if (late.aborted) return false;
    await redrive();
    await delay(500);
  }
}

function keptOf({ kept }: Tally): string {
  return [...kept].map(([reason, times]) => `${reason} (${times} times)`).join('; ');
}
