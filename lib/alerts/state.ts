import type { Judging, Severity } from '../pipeline/alert-definition.ts';
import type { WindowResults } from '../pipeline/pipeline.ts';

/**
 * Where an alert of one key is in its life: one that was never in breach has no state at all. `pending` is in breach, and fires if
 * that lasts; if it does not, it is `ok`. `recovering` is clear, and still counts as firing until that has lasted; then it is
 * `resolved`.
 */
export type AlertStatus = 'pending' | 'ok' | 'firing' | 'recovering' | 'resolved';

/** What a watched value was expected to be. Bounds are `null` while too little is known. */
export interface Band {
  readonly actual: number | null;
  readonly expected: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** The latest transition of one alert of one key: its state. Times are event times in ms. */
export interface AlertState {
  readonly alert: string;
  readonly key: string;
  readonly status: AlertStatus;
  /** End of the window whose judgement made the transition. */
  readonly at: number;
  /** When the alert began to fire, or of one that has not fired, to be pending. */
  readonly since: number;
  /** Start of the window that was judged. */
  readonly windowStart: number;
  /** When the window was judged: early is before it was over. */
  readonly judged: Judging;
  /** What the condition saw. */
  readonly value: WindowResults;
  /** Whether the window had no data. */
  readonly missing: boolean;
  /** The rule's `value` of the window; `null` if it has none, or the window has no data, or it is not finite. */
  readonly shown: number | null;
  /** What was expected, for a rule that watches for anomalies. */
  readonly band: Band | undefined;
  /** The greatest severity that it has come to since it began to fire. */
  readonly severity: Severity;
  /** The rule's summary as it stood when it was judged. */
  readonly summary: string | undefined;
  /** Counts the transitions of this alert and key, from 1. */
  readonly version: number;
  /** The group that is told of it: that of its rule when it began to fire. Unless given, that of its rule as it is. */
  readonly group?: string;
}

/** What of a transition is kept beside the latest one. */
export type Turn = Pick<AlertState, 'status' | 'at' | 'severity' | 'version'>;

/** What a rule knows of the windows that it has judged, where the panes alone do not say it. */
export interface AlertMemory {
  /** End of the last window that was judged, in ms. */
  readonly judgedTo: number;
  /** Levels of the last windows, latest last: how many of the rule's severities each was in breach of; `null` without data. */
  readonly levels: readonly (number | null)[];
  /** The encoded state of an anomaly detector. */
  readonly detector: Uint8Array;
}

/** All that is kept of an alert of a key. */
export interface AlertRecord {
  readonly alert: string;
  readonly key: string;
  /** The latest transition. */
  readonly state: AlertState | undefined;
  /** The latest transitions, oldest first, that of `state` among them: at most {@link MOST_TURNS}. */
  readonly turns: readonly Turn[];
  readonly memory: AlertMemory | undefined;
  /** Counts the writes, from 1: each is on condition that there was none since what it was made from was read. */
  readonly revision: number;
}

export const MOST_TURNS = 50;

/** Whether an alert counts as firing: recovering ones do. */
export function isFiring(state: Pick<AlertState, 'status'> | undefined): boolean {
  return state?.status === 'firing' || state?.status === 'recovering';
}

/** A transition without what its condition saw, which may be long. */
export function withoutDetails(state: AlertState): AlertState {
  return { ...state, value: {}, band: undefined, summary: undefined };
}

/**
 * The id of a transition: the same however often the transition is written or published, and no other's.
 *
 * @example transitionId(state) // 'congested|ATL|3'
 */
export function transitionId({ alert, key, version }: Pick<AlertState, 'alert' | 'key' | 'version'>): string {
  return `${alert}|${key}|${version}`;
}
