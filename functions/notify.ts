import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { setting } from '../lib/handle/env.ts';
import { retryIn, triedOnce, writesIn } from '../lib/handle/invocation.ts';
import { handleNotify } from '../lib/handle/notify.ts';
import { logErrors, logger, metrics } from '../lib/handle/observe.ts';
import type { PartialBatchResponse } from '../lib/handle/response.ts';
import { publishAlert } from '../lib/notify/publish.ts';
import { sendToQuarantine } from '../lib/quarantine/sqs-sink.ts';
import { Pacer } from '../lib/store/pacer.ts';
import pipeline from '../pipeline.ts';

// What follows is made once per execution environment and kept warm between invocations.
const sns = new SNSClient(triedOnce);
const sqs = new SQSClient(triedOnce);
const topic = setting(process.env, 'ALERTS_TOPIC_ARN');
const queue = setting(process.env, 'QUARANTINE_QUEUE_URL');
const pacers = { topic: new Pacer(1), queue: new Pacer(1) };

/** Publishes the transitions that a batch of changes of the alerts table holds. */
export async function handler(event: unknown, context: Context): Promise<PartialBatchResponse> {
  logger.addContext(context);
  const topicRetry = retryIn(context, pacers.topic);
  const queueRetry = retryIn(context, pacers.queue);
  const report = await handleNotify(
    {
      pipeline,
      publish: (message) => topicRetry.run(() => publishAlert(sns, topic, message)),
      quarantine: (messages) => sendToQuarantine(sqs, queue, messages, queueRetry),
      mayGoOn: writesIn(context),
    },
    event,
  );
  logErrors('part of the batch failed and will come again', report.errors);
  metrics({ AlertsPublished: report.published.length, RecordsQuarantined: report.quarantined });
  return report.response;
}
