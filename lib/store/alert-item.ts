import type { AlertState, AlertStatus } from '../alerts/state.ts';
import type { Judging, Severity } from '../pipeline/definition.ts';
import type { WindowResults } from '../pipeline/pipeline.ts';
import { numberOf, textOf, type Item } from './pane-item.ts';

/** The item of an alert's latest transition. It holds all that a message says: its stream record is the outbox. */
export function alertItem(state: AlertState): Item {
  return {
    pk: { S: state.alert },
    sk: { S: alertSortKey(state.key) },
    v: { N: String(state.version) },
    status: { S: state.status },
    at: { N: String(state.at) },
    since: { N: String(state.since) },
    windowStart: { N: String(state.windowStart) },
    judged: { S: state.judged },
    value: { S: JSON.stringify(state.value) },
    severity: { S: state.severity },
    ...(state.summary === undefined ? {} : { summary: { S: state.summary } }),
  };
}

// A sort key cannot be empty, and an escaped key cannot end in a single backslash.
const NO_KEY = '\\';

/** Sort key of an alert of a key. */
export function alertSortKey(key: string): string {
  return key === '' ? NO_KEY : key;
}

/** Reads an alert's latest transition. @throws {ItemError} if weir did not write it */
export function readAlertItem(item: Item): AlertState {
  const sk = textOf(item, 'sk');
  return {
    alert: textOf(item, 'pk'),
    key: sk === NO_KEY ? '' : sk,
    status: textOf(item, 'status') as AlertStatus,
    at: numberOf(item, 'at'),
    since: numberOf(item, 'since'),
    windowStart: numberOf(item, 'windowStart'),
    // Absent where it was written before there was a choice.
    judged: (item.judged?.S ?? 'onTime') as Judging,
    value: JSON.parse(textOf(item, 'value')) as WindowResults,
    severity: textOf(item, 'severity') as Severity,
    summary: item.summary?.S,
    version: numberOf(item, 'v'),
  };
}
