import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { WarmTimers } from '../lib/alerts/warm-timers.ts';
import { setting } from '../lib/handle/env.ts';
import { dynamoClient, retryIn, triedOnce, writesIn } from '../lib/handle/invocation.ts';
import { evaluateContext } from '../lib/handle/evaluate-context.ts';
import { handleEvaluate } from '../lib/handle/evaluate.ts';
import { logErrors, logger, metrics } from '../lib/handle/observe.ts';
import type { PartialBatchResponse } from '../lib/handle/response.ts';
import { RollupReport } from '../lib/handle/rollup-report.ts';
import type { Quarantine } from '../lib/quarantine/set-aside.ts';
import { sendToQuarantine } from '../lib/quarantine/sqs-sink.ts';
import { Pacer } from '../lib/store/pacer.ts';
import pipeline from '../pipeline.ts';

// What follows is made once per execution environment and kept warm between invocations.
const client = dynamoClient();
const pacers = { tables: new Pacer(32), queue: new Pacer(1) };
const tables = {
  aggregates: setting(process.env, 'AGGREGATES_TABLE'),
  alerts: setting(process.env, 'ALERTS_TABLE'),
  timers: setting(process.env, 'TIMERS_TABLE'),
};
// What is forgotten with the environment is set once more, and no harm is done.
const warm = new WarmTimers();
const sqs = new SQSClient(triedOnce);
const queue = setting(process.env, 'QUARANTINE_QUEUE_URL');

/** Derives the windows, judges the alerts and makes the rollups that a batch of changes of the aggregates table makes due. */
export async function handler(event: unknown, context: Context): Promise<PartialBatchResponse> {
  logger.addContext(context);
  const queueRetry = retryIn(context, pacers.queue);
  const quarantine: Quarantine = (messages) => sendToQuarantine(sqs, queue, messages, queueRetry);
  const rollups = new RollupReport();
  const report = await handleEvaluate(
    evaluateContext({
      pipeline,
      client,
      tables,
      retry: retryIn(context, pacers.tables),
      quarantine,
      onCompacted: rollups.tell,
      warm,
      mayGoOn: writesIn(context),
    }),
    event,
  );
  logErrors('some alerts could not be judged, and will be again', report.errors);
  metrics({
    AlertsJudged: report.evaluated?.judged ?? 0,
    AlertRulesFailed: report.evaluated?.ruleErrors.length ?? 0,
    AlertTransitions: report.evaluated?.transitions.length ?? 0,
    RecordsQuarantined: report.quarantined,
  });
  rollups.emit();
  return report.response;
}
