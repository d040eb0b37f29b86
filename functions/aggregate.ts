import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { createInterpreter } from '../lib/fold/interpret.ts';
import { handleAggregate } from '../lib/handle/aggregate.ts';
import { setting } from '../lib/handle/env.ts';
import { dynamoClient, retryIn, triedOnce, writesIn } from '../lib/handle/invocation.ts';
import { logErrors, logger, metrics, metricsBy } from '../lib/handle/observe.ts';
import type { PartialBatchResponse } from '../lib/handle/response.ts';
import { sendToQuarantine } from '../lib/quarantine/sqs-sink.ts';
import { DynamoPaneStore } from '../lib/store/dynamo-pane-store.ts';
import { Pacer } from '../lib/store/pacer.ts';
import pipeline from '../pipeline.ts';

// What follows is made once per execution environment and kept warm between invocations.
const sqs = new SQSClient(triedOnce);
const queue = setting(process.env, 'QUARANTINE_QUEUE_URL');
const client = dynamoClient();
const table = setting(process.env, 'AGGREGATES_TABLE');
const pacers = { table: new Pacer(64), queue: new Pacer(1) };
const interpret = createInterpreter(pipeline);

/** Folds a batch of a Kinesis stream into the aggregates table. */
export async function handler(event: unknown, context: Context): Promise<PartialBatchResponse> {
  logger.addContext(context);
  const retry = retryIn(context, pacers.table);
  const queueRetry = retryIn(context, pacers.queue);
  const report = await handleAggregate(
    {
      pipeline,
      interpret,
      store: new DynamoPaneStore({ client, table, retry, now: Date.now }),
      quarantine: (messages) => sendToQuarantine(sqs, queue, messages, queueRetry),
      concurrency: 64,
      mayGoOn: writesIn(context),
    },
    event,
  );
  logErrors('part of the batch failed and will come again', report.errors);
  metrics({
    RecordsRead: report.records,
    RecordsRepeated: report.repeated,
    RecordsLate: report.late,
    RecordsQuarantined: report.quarantined,
    RecordsIgnored: report.ignored,
    PanesWritten: report.panesWritten,
    BatchFailures: report.response.batchItemFailures.length,
  });
  metricsBy('aggregate', 'LateForAggregate', report.lateBy);
  return report.response;
}
