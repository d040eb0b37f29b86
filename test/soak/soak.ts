import { KinesisClient } from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { LOCAL_ACCESS_KEY_ID, LOCAL_REGION, LOCAL_SECRET_ACCESS_KEY } from '../../lib/local/aws/constants.ts';
import type { Pipeline } from '../../lib/pipeline/pipeline.ts';
import { Chance } from '../simulation/chance.ts';
import { Faults } from './faults.ts';
import { Flights } from './flights.ts';
import { Producer } from './producer.ts';
import { reshard } from '../../lib/local/faults/reshard.ts';
import { settle } from './settle.ts';
import { startStage, type Stage } from './stage.ts';
import { Tally } from './tally.ts';
import { verdictOn, type Verdict } from './verdict.ts';

/** How to soak. */
export interface SoakOptions {
  /** The project's directory. */
  readonly root: string;
  /** What it deploys. */
  readonly pipeline: Pipeline;
  readonly seed: number;
  readonly minutes: number;
  readonly recordsPerSecond: number;
  /** Tells how far it is. */
  readonly onProgress: (line: string) => void;
  /** Receives what functions write, and what was given up. */
  readonly onLine: (line: string) => void;
}

const MINUTE = 60_000;
const REPORT_MS = 10_000;

/**
 * Runs the packaged service while everything dies by chance, then lets all come to rest, redrives what was given up, and
 * holds what is left against what the stream holds.
 *
 * @throws {PackageError} @throws {TemplateError} @throws {EmbeddedAwsError} if a part does not come up
 */
export async function soak(options: SoakOptions): Promise<Verdict> {
  const { root, pipeline, seed, minutes, recordsPerSecond, onProgress, onLine } = options;
  const chance = new Chance(seed);
  const tally = new Tally(onLine);
  const stage = await startStage(root, chance, tally);
  const { stack, invocations } = stage;
  const { clients, endpoints } = stack.aws;
  const stream = stack.ref('EventStream');
  const kinesis = producersClient(endpoints.kinesis);
  const producer = new Producer(kinesis, stream, new Flights(chance, recordsPerSecond));
  const faults = new Faults({
    ...stage,
    chance,
    reshard: () => reshard(clients.kinesis, stream, chance),
  });
  const report = (): void => {
    onProgress(
      `${producer.put} records put, ${invocations.made} invocations (${invocations.duplicated} of them again), ` +
        `killed: ${invocations.killed} invocations, ${faults.serverKills} servers, ${faults.engineRestarts} mappings; ` +
        `resharded ${faults.reshardings} times; ${tally.discarded} batches given up, ${tally.redriven} redriven`,
    );
  };
  const reporting = setInterval(report, REPORT_MS);
  try {
    const end = AbortSignal.timeout(minutes * MINUTE);
    await Promise.all([producer.run(recordsPerSecond, end), faults.run(end)]);
    onProgress('nothing fails any more; waiting for rest, and redriving what was given up …');
    const unsettled = await settle(stage);
    report();
    return await verdict(stage, pipeline, producer, tally, unsettled);
  } finally {
    clearInterval(reporting);
    kinesis.destroy();
    await stage.stop();
  }
}

async function verdict(
  stage: Stage,
  pipeline: Pipeline,
  producer: Producer,
  tally: Tally,
  unsettled: readonly string[],
): Promise<Verdict> {
  const found = await verdictOn(stage, pipeline, producer.known, tally.givenUp);
  const kept = unsettled.length === 0 ? [] : tally.kept;
  return { ...found, violations: [...found.violations, ...tally.violations, ...unsettled, ...kept] };
}

/** A client that leaves trying again to the producer, who then knows of it. */
function producersClient(endpoint: string): KinesisClient {
  return new KinesisClient({
    endpoint,
    region: LOCAL_REGION,
    credentials: { accessKeyId: LOCAL_ACCESS_KEY_ID, secretAccessKey: LOCAL_SECRET_ACCESS_KEY },
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(),
  });
}
