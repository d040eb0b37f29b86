import type { AlertState, AlertStatus } from '../alerts/state.ts';
import { transitionId } from '../alerts/state.ts';
import type { Judging, Severity } from '../pipeline/alert-definition.ts';
import type { WindowResults } from '../pipeline/pipeline.ts';
import { isoTime } from '../time/event-time.ts';

/** The body of an SNS message: one transition of one alert of one key. Times are ISO 8601 UTC event times. */
export interface AlertMessage {
  readonly version: 1;
  /** The same however often the message is repeated, and no other's. */
  readonly id: string;
  readonly alert: string;
  readonly state: AlertStatus;
  readonly severity: Severity;
  readonly key: Readonly<Record<string, string>>;
  /** End of the window that was judged. */
  readonly at: string;
  /** When the alert began to fire. */
  readonly since: string;
  readonly window: { readonly start: string; readonly end: string };
  /** When the window was judged: `early` is before it was over, from a part of what it would hold. */
  readonly judged: Judging;
  /** What the condition saw: each measure's result; `null` where a measure had no values. */
  readonly value: WindowResults;
  readonly summary?: string;
}

/** The message of a transition. @param key the key's dimensions by name */
export function alertMessage(state: AlertState, key: Readonly<Record<string, string>>): AlertMessage {
  return {
    version: 1,
    id: transitionId(state),
    alert: state.alert,
    state: state.status,
    severity: state.severity,
    key,
    at: isoTime(state.at),
    since: isoTime(state.since),
    window: { start: isoTime(state.windowStart), end: isoTime(state.at) },
    judged: state.judged,
    value: state.value,
    ...(state.summary === undefined ? {} : { summary: state.summary }),
  };
}

// SNS wants fewer than 100 ASCII characters without control characters:
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
const MOST_SUBJECT = 99;

/**
 * The subject of an e-mail.
 *
 * @example subjectOf(message) // 'FIRING congested origin=ATL (warning)'
 */
export function subjectOf(message: AlertMessage): string {
  const key = Object.entries(message.key)
    .map(([dimension, value]) => `${dimension}=${value}`)
    .join(' ');
  const words = [message.state.toUpperCase(), message.alert, key, `(${message.severity})`].filter(
    (word) => word !== '',
  );
  const plain = words.join(' ').replace(/[^\x20-\x7e]/g, '?');
  return plain.length > MOST_SUBJECT ? `${plain.slice(0, MOST_SUBJECT - 3)}...` : plain;
}
