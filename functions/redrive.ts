import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Context } from 'aws-lambda';
import { setting } from '../lib/handle/env.ts';
import {
  callsThatEnd,
  dynamoClient,
  pauseIn,
  retryIn,
  triedOnce,
  writesIn,
} from '../lib/handle/invocation.ts';
import { logErrors, logger, metrics } from '../lib/handle/observe.ts';
import { RollupReport } from '../lib/handle/rollup-report.ts';
import { readTopics } from '../lib/notify/topics.ts';
import { describeFailure, describeQuarantined } from '../lib/redrive/describe.ts';
import { everLater } from '../lib/redrive/ever-later.ts';
import { Queue } from '../lib/redrive/queue.ts';
import { redriveQueue, type MessageDone } from '../lib/redrive/redrive-queue.ts';
import { createRedriver } from '../lib/redrive/redriver.ts';
import { Pacer } from '../lib/store/pacer.ts';
import pipeline from '../pipeline.ts';

// What follows is made once per execution environment and kept warm between invocations.
const clients = {
  // HTTP/1.1, as locally: one read at a time gains nothing from HTTP/2.
  kinesis: new KinesisClient({ ...triedOnce, requestHandler: new NodeHttpHandler(callsThatEnd) }),
  dynamodb: dynamoClient(),
  dynamodbStreams: new DynamoDBStreamsClient(triedOnce),
  sns: new SNSClient(triedOnce),
  sqs: new SQSClient(triedOnce),
  s3: new S3Client(triedOnce),
};
// What a run holds is to be shown again even when its time is over, so that these calls ask nobody.
const queues = new SQSClient({ maxAttempts: 2, requestHandler: callsThatEnd });
const resources = {
  eventStreams: setting(process.env, 'EVENT_STREAM_ARNS').split(','),
  aggregatesTable: setting(process.env, 'AGGREGATES_TABLE'),
  alertsTable: setting(process.env, 'ALERTS_TABLE'),
  timersTable: setting(process.env, 'TIMERS_TABLE'),
  quarantineQueueUrl: setting(process.env, 'QUARANTINE_QUEUE_URL'),
  topics: readTopics(process.env),
  ...(process.env.API_URL === undefined ? {} : { apiUrl: process.env.API_URL }),
  stageOptions: process.env.STAGE_OPTIONS,
};
const failureQueueUrl = setting(process.env, 'FAILURE_QUEUE_URL');
const pacers = { tables: new Pacer(32), streams: new Pacer(1), messages: new Pacer(1) };

/** Repairs what Lambda gave up on and, if the event has `"quarantine": true`, takes up quarantined records. */
export async function handler(event: unknown, context: Context): Promise<{ repaired: number; kept: number }> {
  logger.addContext(context);
  const startedAt = Date.now();
  const mayGoOn = writesIn(context);
  const rollups = new RollupReport();
  const redriver = createRedriver({
    pipeline,
    clients,
    resources,
    retry: retryIn(context, pacers.tables),
    streamRetry: retryIn(context, pacers.streams),
    streamPause: pauseIn(context),
    messageRetry: retryIn(context, pacers.messages),
    mayGoOn,
    onCompacted: rollups.tell,
    onError: (error) => {
      logErrors('a message goes out otherwise than it should', [error]);
    },
  });
  const counts = { repaired: 0, kept: 0 };
  const onDone = ({ messageId, what, outcome }: MessageDone): void => {
    counts[outcome.kind]++;
    logger.info(`message ${outcome.kind}`, { messageId, what, detail: outcome.detail });
  };
  await redriveQueue({
    queue: new Queue(queues, failureQueueUrl),
    redrive: (body) => redriver.failure(body),
    describe: (body) => describeFailure(body).what,
    mayGoOn,
    onDone,
    isDue: ({ sentAt }) => everLater(startedAt - sentAt),
    // What a long repair leaves no time for must be there for the next run.
    atOnce: 1,
  });
  if (wantsQuarantine(event)) {
    await redriveQueue({
      queue: new Queue(queues, resources.quarantineQueueUrl),
      redrive: (body) => redriver.quarantined(body),
      describe: (body) => describeQuarantined(body).what,
      mayGoOn,
      onDone,
    });
  }
  metrics({ MessagesRepaired: counts.repaired, MessagesKept: counts.kept });
  rollups.emit();
  return counts;
}

function wantsQuarantine(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'quarantine' in event && event.quarantine === true;
}
