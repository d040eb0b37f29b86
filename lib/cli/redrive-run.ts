import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { readTopics } from '../notify/topics.ts';
import { streamsOf } from '../pipeline/streams.ts';
import type { Outcome } from '../redrive/outcome.ts';
import { redriveQueue } from '../redrive/redrive-queue.ts';
import { createRedriver } from '../redrive/redriver.ts';
import { Pacer } from '../store/pacer.ts';
import { Retry } from '../store/retry.ts';
import { withAws } from './aws-errors.ts';
import { CommandError } from './errors.ts';
import { loadPipeline } from './load-pipeline.ts';
import { notFound } from './redrive-show.ts';
import {
  alertsTopicArn,
  findStage,
  type Stage,
  type StageOptions,
  type StageQueue,
} from './redrive-stage.ts';

/** What `run` is told. */
export interface RunOptions extends StageOptions {
  readonly pipeline: string;
  readonly quarantine?: boolean;
  readonly eventStream?: readonly string[];
  readonly aggregatesTable?: string;
  readonly alertsTable?: string;
  readonly timersTable?: string;
  readonly alertsTopicArn?: string;
}

// A person waits, and nothing ends the command but its own end: calls are made again for about a minute.
const ATTEMPTS = 40;

/**
 * `weir redrive run [ID…]`: repairs what the messages tell of, and deletes those that are repaired.
 *
 * @throws {CommandError} if a message was kept, or one of those named was not found
 */
export async function runRedrive(ids: readonly string[], options: RunOptions, out: Writable): Promise<void> {
  const counts = { repaired: 0, kept: 0 };
  const missing = new Set(ids);
  await withAws(async () => {
    const stage = await findStage(options);
    const redriver = await redriverOf(stage, options, out);
    const work = async (
      { queue, describe }: StageQueue,
      redrive: (body: string) => Promise<Outcome>,
    ): Promise<void> => {
      await redriveQueue({
        queue,
        redrive,
        describe: (body) => describe(body).what,
        mayGoOn: () => true,
        onDone: ({ messageId, what, outcome: { kind, detail } }) => {
          counts[kind]++;
          missing.delete(messageId);
          out.write(`${kind.padEnd(8)}  ${messageId}  ${what}: ${detail}\n`);
        },
        ...(ids.length === 0 ? {} : { only: new Set(missing) }),
      });
    };
    await work(stage.failures, (body) => redriver.failure(body));
    if (options.quarantine === true || missing.size > 0)
      await work(stage.quarantine, (body) => redriver.quarantined(body));
  });
  out.write(`${counts.repaired} repaired, ${counts.kept} kept\n`);
  if (missing.size > 0) throw notFound([...missing]);
  if (counts.kept > 0) throw new CommandError('not everything could be repaired; see above why');
}

async function redriverOf(
  stage: Stage,
  options: RunOptions,
  out: Writable,
): Promise<ReturnType<typeof createRedriver>> {
  const pipeline = await loadPipeline(options.pipeline);
  const { region, service, stage: stageName } = options;
  const name = `${service}-${stageName}`;
  const aws = { region };
  const topic = options.alertsTopicArn ?? (await alertsTopicArn(stage, `${name}-alerts`));
  return createRedriver({
    pipeline,
    clients: {
      // HTTP/1.1: one read at a time gains nothing from HTTP/2, which the embedded Kinesis does not speak.
      kinesis: new KinesisClient({ ...aws, requestHandler: new NodeHttpHandler() }),
      dynamodb: new DynamoDBClient(aws),
      dynamodbStreams: new DynamoDBStreamsClient(aws),
      sns: new SNSClient(aws),
      sqs: stage.sqs,
      s3: new S3Client(aws),
    },
    resources: {
      eventStreams: options.eventStream ?? streamsOf(pipeline.sources).map((stream) => `${name}-${stream}`),
      aggregatesTable: options.aggregatesTable ?? `${name}-aggregates`,
      alertsTable: options.alertsTable ?? `${name}-alerts`,
      timersTable: options.timersTable ?? `${name}-timers`,
      quarantineQueueUrl: stage.quarantine.url,
      topics: readTopics({ ...process.env, ALERTS_TOPIC_ARN: topic }),
      stageOptions: `--stage ${stageName} --service ${service} --region ${region}`,
    },
    retry: new Retry({ attempts: ATTEMPTS, pacer: new Pacer(32) }),
    streamRetry: new Retry({ attempts: ATTEMPTS }),
    streamPause: sleep,
    mayGoOn: () => true,
    onError: (error) => {
      out.write(`${error instanceof Error ? error.message : String(error)}\n`);
    },
  });
}
