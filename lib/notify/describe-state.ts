import type { AlertState } from '../alerts/state.ts';
import { keyRecord } from '../fold/key.ts';
import type { Alert } from '../pipeline/pipeline.ts';
import { isoTime } from '../time/event-time.ts';
import type { MessageAlert, MessageNumber } from './message.ts';

/** What a transition says of an alert of a key, for readers outside. */
export type StateDescription = Omit<MessageAlert, 'state' | 'news'>;

/** Describes a transition. @param rule `undefined` if it has left the pipeline: then the key's values have no names */
export function describeState(state: AlertState, rule: Alert | undefined): StateDescription {
  const { at, since, windowStart, judged, missing, value, band, severity } = state;
  const shown = describeShown(state, rule);
  return {
    key: rule === undefined ? { key: state.key } : keyRecord(rule.aggregate, state.key),
    severity,
    since: isoTime(since),
    at: isoTime(at),
    window: { start: isoTime(windowStart), end: isoTime(at) },
    judged,
    missing,
    value,
    ...(shown === undefined ? {} : { shown }),
    ...(band === undefined ? {} : { band }),
  };
}

function describeShown({ shown, severity }: AlertState, rule: Alert | undefined): MessageNumber | undefined {
  if (rule?.value === undefined && shown === null) return undefined;
  const threshold = rule?.threshold[severity];
  return {
    value: shown,
    ...(threshold === undefined ? {} : { threshold }),
    ...(rule?.unit === undefined ? {} : { unit: rule.unit }),
  };
}
