import type { AlertState } from '../alerts/state.ts';
import { keyRecord } from '../fold/key.ts';
import { alertMessage, type AlertMessage } from '../notify/message.ts';
import { alertNamed, type Pipeline } from '../pipeline/pipeline.ts';
import { quarantineMessages } from '../quarantine/message.ts';
import type { Quarantined } from '../quarantine/rejection.ts';
import type { Quarantine } from '../quarantine/set-aside.ts';
import { isAlertItemKey, readGiven } from '../store/alert-item.ts';
import { OutOfTimeError } from '../store/retry.ts';
import type { PartialBatchResponse } from './response.ts';
import { decodeStreamEvent, type ItemChange } from './stream-records.ts';

/** What the notify handler works with. */
export interface NotifyContext {
  readonly pipeline: Pipeline;
  /** Publishes one message; rejects if it was not taken. */
  readonly publish: (message: AlertMessage) => Promise<void>;
  readonly quarantine: Quarantine;
  /** Whether there is time for another message; once it says no, what is left is reported as failed. */
  readonly mayGoOn: () => boolean;
}

/** What an invocation did, for logs and metrics. */
export interface NotifyReport {
  readonly response: PartialBatchResponse;
  readonly published: readonly AlertMessage[];
  readonly quarantined: number;
  readonly errors: readonly unknown[];
}

/**
 * Publishes the transitions of a batch of changes of the alerts table, in order. It stops at the first that fails and
 * reports it, so that a resolve never overtakes its alert; a repeated message has the same id.
 */
export async function handleNotify(context: NotifyContext, event: unknown): Promise<NotifyReport> {
  const { changes, quarantined } = decodeStreamEvent(event);
  if (quarantined.length > 0) await context.quarantine(quarantined.flatMap(quarantineMessages));
  const report = { quarantined: quarantined.length };
  const published: AlertMessage[] = [];
  for (const change of changes) {
    try {
      if (!context.mayGoOn()) throw new OutOfTimeError('the invocation ran out of time');
      const messages = messagesOf(context.pipeline, change);
      if ('origin' in messages) {
        await context.quarantine(quarantineMessages(messages));
        report.quarantined++;
        continue;
      }
      for (const message of messages) {
        await context.publish(message);
        published.push(message);
      }
    } catch (error) {
      return {
        ...report,
        published,
        errors: [error],
        response: { batchItemFailures: [{ itemIdentifier: change.sequence }] },
      };
    }
  }
  return { ...report, published, errors: [], response: { batchItemFailures: [] } };
}

/** The messages of a change; an item that will never be a message comes back for quarantine. */
function messagesOf(pipeline: Pipeline, change: ItemChange): AlertMessage[] | Quarantined {
  const { name, key, item, sequence } = change;
  if (name === 'REMOVE' || item === undefined || !isAlertItemKey(key)) return [];
  try {
    return readGiven(item)
      .filter(({ status }) => status === 'firing' || status === 'resolved')
      .map((state) => alertMessage(state, keyOf(pipeline, state)));
  } catch (error) {
    return {
      reason: 'not-a-record',
      detail: error instanceof Error ? error.message : String(error),
      origin: { source: 'invocation', sequence },
      bytes: Buffer.from(JSON.stringify(item)),
    };
  }
}

// An alert may have left the pipeline since; its last message still says what it was about.
function keyOf(pipeline: Pipeline, state: AlertState): Record<string, string> {
  const alert = alertNamed(pipeline, state.alert);
  return alert === undefined ? { key: state.key } : keyRecord(alert.aggregate, state.key);
}
