import type { AlertState } from '../alerts/state.ts';
import type { Severity } from '../pipeline/alert-definition.ts';

/** What operators have last been told of an alert: also, that it flaps and will not be told of for a while. */
export interface Told {
  readonly status: 'firing' | 'flapping' | 'resolved';
  readonly severity: Severity;
}

/** One alert of a group: what it is, and what was told of it. */
export interface Member {
  /** Its latest transition to firing or resolved: of the others nothing is told. */
  readonly state: AlertState;
  /** `undefined` if nothing was. */
  readonly told: Told | undefined;
  /** When it turned between firing and not, as far back as the rule looks for flapping; in ms. */
  readonly turns: readonly number[];
  readonly isFlapping: boolean;
  /** When to see whether what of it is news, and was due, may be told: a silence or another alert withholds it; in ms. */
  readonly look: number | undefined;
}

/** An alert of which nothing is left to be told: how far its transitions were heard of. */
export interface Settled {
  readonly key: string;
  readonly version: number;
}

/** A group of alerts of one rule that share messages. Times are event times in ms. */
export interface Group {
  readonly alert: string;
  /** Text of the values of the dimensions that the rule groups by, as `keyText` makes it. */
  readonly group: string;
  /** By key, in its order. Those that have resolved, and of which that was told, are left out. */
  readonly members: readonly Member[];
  /** Those that settled last, latest last: their transitions may come again. */
  readonly settled: readonly Settled[];
  /** Alerts that began to fire when there was no room for more members, less those that resolved: they are only counted. */
  readonly unlisted: number;
  /** When what is news will be told; `undefined` if nothing is. */
  readonly due: number | undefined;
  /** When those that fire will be told of again; `undefined` if never. */
  readonly renotifyAt: number | undefined;
  /** When the last notices were given, as many as `maxPerHour` allows; none if that is no bound. */
  readonly sent: readonly number[];
  /** Notices held back since the last one. */
  readonly heldBack: number;
  /** When something last happened in the group: nothing will happen before. */
  readonly now: number;
  /** Since when alerts of it have been firing, or told of as firing, without a pause; `undefined` if none is. */
  readonly since: number | undefined;
  /** The greatest severity told of since then; `undefined` if nothing is told of as firing. */
  readonly worst: Severity | undefined;
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
    settled: [],
    unlisted: 0,
    due: undefined,
    renotifyAt: undefined,
    sent: [],
    heldBack: 0,
    now: -Infinity,
    since: undefined,
    worst: undefined,
    notices: 0,
    revision: 0,
  };
}
