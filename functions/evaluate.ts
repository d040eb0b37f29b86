import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { setting } from '../lib/handle/env.ts';
import { handleEvaluate } from '../lib/handle/evaluate.ts';
import { logErrors, logger, metrics } from '../lib/handle/observe.ts';
import type { PartialBatchResponse } from '../lib/handle/response.ts';
import { sendToQuarantine } from '../lib/quarantine/sqs-sink.ts';
import { DynamoAlertStore } from '../lib/store/dynamo-alert-store.ts';
import { DynamoPaneReader } from '../lib/store/dynamo-pane-reader.ts';
import { DynamoTimerStore } from '../lib/store/dynamo-timer-store.ts';
import pipeline from '../pipeline.ts';

// What follows is made once per execution environment and kept warm between invocations.
const client = new DynamoDBClient({ retryMode: 'adaptive' });
const sqs = new SQSClient({});
const queue = setting(process.env, 'QUARANTINE_QUEUE_URL');
const panes = new DynamoPaneReader({ client, table: setting(process.env, 'AGGREGATES_TABLE'), pipeline });
const alerts = new DynamoAlertStore({ client, table: setting(process.env, 'ALERTS_TABLE') });
const timers = new DynamoTimerStore({ client, table: setting(process.env, 'TIMERS_TABLE') });

/** Judges the alerts that a batch of changes of the aggregates table makes due. */
export async function handler(event: unknown, context: Context): Promise<PartialBatchResponse> {
  logger.addContext(context);
  const report = await handleEvaluate(
    {
      pipeline,
      panes,
      alerts,
      timers,
      quarantine: (messages) => sendToQuarantine(sqs, queue, messages),
      concurrency: 32,
    },
    event,
  );
  logErrors('some alerts could not be judged, and will be again', report.errors);
  metrics({
    AlertsJudged: report.evaluated?.judged ?? 0,
    AlertRulesFailed: report.evaluated?.ruleErrors.length ?? 0,
    AlertTransitions: report.evaluated?.transitions.length ?? 0,
    RecordsQuarantined: report.quarantined,
  });
  return report.response;
}
