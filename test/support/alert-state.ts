import type { AlertRecord, AlertState } from '../../lib/alerts/state.ts';
import { withTransitions } from '../../lib/alerts/write-judgement.ts';

const FIRING: AlertState = {
  alert: 'slow',
  key: 'home',
  status: 'firing',
  at: 0,
  since: 0,
  windowStart: 0,
  judged: 'onTime',
  value: {},
  missing: false,
  shown: null,
  band: undefined,
  severity: 'critical',
  summary: undefined,
  version: 1,
};

/** A transition; firing, unless it is said to be otherwise. */
export function alertState(given: Partial<AlertState> = {}): AlertState {
  return { ...FIRING, ...given };
}

/** What is kept of an alert after its transitions, which were written one by one, as the last of them. */
export function alertRecord(...transitions: readonly AlertState[]): AlertRecord {
  const { alert, key, version } = transitions.at(-1) ?? FIRING;
  const before = { alert, key, state: undefined, turns: [], memory: undefined, revision: version - 1 };
  return withTransitions(before, transitions);
}
