import type { Judging, Severity } from '../pipeline/definition.ts';
import type { WindowResults } from '../pipeline/pipeline.ts';

/** An alert of one key is firing or resolved; one that never fired has no state at all. */
export type AlertStatus = 'firing' | 'resolved';

/** The latest transition of one alert of one key: its state. Times are event times in ms. */
export interface AlertState {
  readonly alert: string;
  readonly key: string;
  readonly status: AlertStatus;
  /** End of the window whose judgement made the transition. */
  readonly at: number;
  /** When the alert began to fire. */
  readonly since: number;
  /** Start of the window that was judged. */
  readonly windowStart: number;
  /** When the window was judged: early is before it was over. */
  readonly judged: Judging;
  /** What the condition saw. */
  readonly value: WindowResults;
  /** The rule's severity and summary as they stood when it was judged. */
  readonly severity: Severity;
  readonly summary: string | undefined;
  /** Counts the transitions of this alert and key, from 1. */
  readonly version: number;
}

/**
 * The id of a transition: the same however often the transition is written or published, and no other's.
 *
 * @example transitionId(state) // 'congested|ATL|3'
 */
export function transitionId({ alert, key, version }: Pick<AlertState, 'alert' | 'key' | 'version'>): string {
  return `${alert}|${key}|${version}`;
}
