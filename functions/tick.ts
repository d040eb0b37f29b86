import { KinesisClient } from '@aws-sdk/client-kinesis';
import { SQSClient } from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Context } from 'aws-lambda';
import { setting } from '../lib/handle/env.ts';
import { evaluateContext } from '../lib/handle/evaluate-context.ts';
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
import { handleTick } from '../lib/handle/tick.ts';
import { sendToQuarantine } from '../lib/quarantine/sqs-sink.ts';
import { laneStreams } from '../lib/standstill/lane-streams.ts';
import { UnreadRecords } from '../lib/standstill/unread-records.ts';
import { Pacer } from '../lib/store/pacer.ts';
import pipeline from '../pipeline.ts';

// What follows is made once per execution environment and kept warm between invocations.
const client = dynamoClient();
// HTTP/1.1, as locally: a few reads a minute gain nothing from HTTP/2.
const kinesis = new KinesisClient({ ...triedOnce, requestHandler: new NodeHttpHandler(callsThatEnd) });
const sqs = new SQSClient(triedOnce);
const pacers = { tables: new Pacer(32), streams: new Pacer(8), queue: new Pacer(1) };
const tables = {
  aggregates: setting(process.env, 'AGGREGATES_TABLE'),
  alerts: setting(process.env, 'ALERTS_TABLE'),
  timers: setting(process.env, 'TIMERS_TABLE'),
};
const queue = setting(process.env, 'QUARANTINE_QUEUE_URL');
const unread = new UnreadRecords(laneStreams(kinesis, setting(process.env, 'EVENT_STREAM_ARNS').split(',')));

/** Does what is due by the clock: it comes every minute, and most often there is nothing. */
export async function handler(_: unknown, context: Context): Promise<void> {
  logger.addContext(context);
  const retry = retryIn(context, pacers.tables);
  const streamRetry = retryIn(context, pacers.streams);
  const queueRetry = retryIn(context, pacers.queue);
  const rollups = new RollupReport();
  const { evaluated, isUnfinished, errors } = await handleTick({
    pipeline,
    now: Date.now,
    hasUnread: (lanes) => unread.areAny(lanes, { retry: streamRetry, pause: pauseIn(context) }),
    evaluationWith: (standstill) =>
      evaluateContext({
        pipeline,
        client,
        tables,
        retry,
        quarantine: (messages) => sendToQuarantine(sqs, queue, messages, queueRetry),
        onCompacted: rollups.tell,
        mayGoOn: writesIn(context),
        standstill,
      }),
  });
  if (isUnfinished) logger.warn('more is due than there was time for; the next tick goes on');
  logErrors('some alerts could not be judged, and will be again', evaluated?.ruleErrors ?? []);
  metrics({
    AlertsJudged: evaluated?.judged ?? 0,
    AlertRulesFailed: evaluated?.ruleErrors.length ?? 0,
    AlertTransitions: evaluated?.transitions.length ?? 0,
  });
  rollups.emit();
  // Nobody brings a tick again, as the next one does its work; but operators are to hear of it.
  if (errors.length > 0) throw errors[0];
}
