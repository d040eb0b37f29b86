import { handleEvaluate, type EvaluateHandlerContext } from '../handle/evaluate.ts';
import { handleNotify, type NotifyContext } from '../handle/notify.ts';
import type { PartialBatchResponse } from '../handle/response.ts';
import { chunks } from '../store/concurrently.ts';
import type { FailedBatch } from './failed-batch.ts';
import { counted, errorText, kept, repaired, type Outcome } from './outcome.ts';
import { RetentionError, type ShardRange } from './shard-range.ts';

/** What it takes to do again what `evaluate` or `notify` did not do. */
export interface ChangesContext {
  /** Names of the tables, by which their streams are told apart. */
  readonly tables: { readonly aggregates: string; readonly alerts: string };
  readonly evaluate: EvaluateHandlerContext;
  readonly notify: NotifyContext;
}

interface Handler {
  /** What it does to a record, for people. */
  readonly done: string;
  readonly handle: (event: unknown) => Promise<Handled>;
  /** What stays undone once the records are gone. */
  readonly lost: string;
}

interface Handled {
  readonly response: PartialBatchResponse;
  readonly errors: readonly unknown[];
}

// As many as evaluate's mapping hands over at once.
const MOST_RECORDS = 500;

/**
 * Gives a lost range of a table's changes to the handler that it was meant for. Both handlers may be given changes
 * again: windows that were judged stay settled, a group is told nothing new by transitions that it has heard of, and a repeated
 * message has the same id.
 *
 * @throws what reading the stream, or setting records aside, rejects with
 */
export async function redriveChanges(
  context: ChangesContext,
  range: ShardRange,
  failed: Pick<FailedBatch, 'streamArn' | 'first' | 'last'>,
): Promise<Outcome> {
  const handler = handlerFor(context, failed.streamArn);
  if (handler === undefined) {
    const { aggregates, alerts } = context.tables;
    return kept(
      `the changes are of table ${tableOf(failed.streamArn)}, which is neither ${aggregates} nor ${alerts}`,
    );
  }
  let records = 0;
  try {
    for await (const page of range.read(failed.first, failed.last)) {
      for (const chunk of chunks(page, MOST_RECORDS)) {
        const { response, errors } = await handler.handle({ Records: chunk.map(({ event }) => event) });
        if (response.batchItemFailures.length > 0)
          return kept(
            `after ${counted(records, 'change')}, not all could be ${handler.done}: ${errorText(errors[0])}`,
          );
        records += chunk.length;
      }
    }
  } catch (error) {
    if (error instanceof RetentionError)
      return kept(`${error.message} (a table's stream keeps 24 h); ${handler.lost}`);
    throw error;
  }
  return repaired(`${counted(records, 'change')} ${handler.done}`);
}

function handlerFor({ tables, evaluate, notify }: ChangesContext, streamArn: string): Handler | undefined {
  const table = tableOf(streamArn);
  if (table === tables.aggregates) {
    return {
      done: 'judged',
      handle: (event) => handleEvaluate(evaluate, event),
      lost: 'the aggregates stand, but windows that nothing else makes due are not judged',
    };
  }
  if (table === tables.alerts) {
    return {
      done: 'told of',
      handle: (event) => handleNotify(notify, event),
      lost: 'the alerts table and GET /alerts say what the last transitions were',
    };
  }
  return undefined;
}

/** @example tableOf('arn:aws:dynamodb:us-east-1:000000000000:table/weir-dev-alerts/stream/2024-…') // 'weir-dev-alerts' */
function tableOf(streamArn: string): string {
  return streamArn.split('/')[1] ?? streamArn;
}
