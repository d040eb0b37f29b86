import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { setting } from '../lib/handle/env.ts';
import { dynamoClient, retryIn, triedOnce, writesIn } from '../lib/handle/invocation.ts';
import { notifyContext } from '../lib/handle/notify-context.ts';
import { handleNotify } from '../lib/handle/notify.ts';
import { logErrors, logger, metrics } from '../lib/handle/observe.ts';
import type { PartialBatchResponse } from '../lib/handle/response.ts';
import { readTopics } from '../lib/notify/topics.ts';
import { sendToQuarantine } from '../lib/quarantine/sqs-sink.ts';
import { Pacer } from '../lib/store/pacer.ts';
import pipeline from '../pipeline.ts';

// What follows is made once per execution environment and kept warm between invocations.
const client = dynamoClient();
const sns = new SNSClient(triedOnce);
const sqs = new SQSClient(triedOnce);
const tables = {
  aggregates: setting(process.env, 'AGGREGATES_TABLE'),
  alerts: setting(process.env, 'ALERTS_TABLE'),
  timers: setting(process.env, 'TIMERS_TABLE'),
};
const topics = readTopics(process.env);
const queue = setting(process.env, 'QUARANTINE_QUEUE_URL');
const pacers = { tables: new Pacer(16), topics: new Pacer(1), queue: new Pacer(1) };

/** Decides what is told of the transitions in a batch of changes of the alerts table, and publishes the notices in it. */
export async function handler(event: unknown, context: Context): Promise<PartialBatchResponse> {
  logger.addContext(context);
  const queueRetry = retryIn(context, pacers.queue);
  const report = await handleNotify(
    notifyContext({
      pipeline,
      client,
      tables,
      retry: retryIn(context, pacers.tables),
      sns,
      topics,
      topicRetry: retryIn(context, pacers.topics),
      apiUrl: process.env.API_URL,
      stageOptions: process.env.STAGE_OPTIONS,
      quarantine: (messages) => sendToQuarantine(sqs, queue, messages, queueRetry),
      mayGoOn: writesIn(context),
      onError: (error) => {
        logErrors('a message goes out otherwise than it should', [error]);
      },
    }),
    event,
  );
  logErrors('part of the batch failed and will come again', report.errors);
  metrics({ AlertsPublished: report.published.length, RecordsQuarantined: report.quarantined });
  return report.response;
}
