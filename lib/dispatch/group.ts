import type { AlertState } from '../alerts/state.ts';
import type { Severity } from '../pipeline/alert-definition.ts';

/** What operators have last been told of an alert. */
export interface Told {
  readonly status: 'firing' | 'resolved';
  readonly severity: Severity;
}

/** One alert of a group: what it is, and what was told of it. */
export interface Member {
  /** Its latest transition. */
  readonly state: AlertState;
  /** `undefined` if nothing was. */
  readonly told: Told | undefined;
  /** When it turned between firing and not, as far back as the rule looks for flapping; in ms. */
  readonly turns: readonly number[];
  readonly isFlapping: boolean;
}

/** A group of alerts of one rule that share messages. Times are event times in ms. */
export interface Group {
  readonly alert: string;
  /** Text of the values of the dimensions that the rule groups by, as `keyText` makes it. */
  readonly group: string;
  /** By key, in its order. Those that have resolved, and of which that was told, are left out. */
  readonly members: readonly Member[];
  /** When what is news will be told; `undefined` if nothing is. */
  readonly due: number | undefined;
  /** When notices were given in the last hour. */
  readonly sent: readonly number[];
  /** Notices held back since the last one. */
  readonly heldBack: number;
  /** When the group was last dealt with. */
  readonly now: number;
  /** Since when alerts of it have been firing without a pause; `undefined` if none is. */
  readonly since: number | undefined;
  /** Notices given so far. */
  readonly notices: number;
  /** Counts the writes, from 1: each is on condition that there was none since what it was made from was read. */
  readonly revision: number;
}

/** A group before anything was heard of it. */
export function emptyGroup(alert: string, group: string): Group {
  return {
    alert,
    group,
    members: [],
    due: undefined,
    sent: [],
    heldBack: 0,
    now: -Infinity,
    since: undefined,
    notices: 0,
    revision: 0,
  };
}
