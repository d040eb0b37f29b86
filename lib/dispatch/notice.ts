import type { AlertState } from '../alerts/state.ts';
import type { Severity } from '../pipeline/alert-definition.ts';

/**
 * What a notice tells: alerts of the group began to fire; one came to a greater severity; some go on firing; some resolved while
 * others fire; none that was told of fires any more; one keeps turning, and will not be told of until it has calmed down. If
 * several are true it is firing, else escalated, else flapping.
 */
export type NoticeKind = 'firing' | 'escalated' | 'renotified' | 'updated' | 'resolved' | 'flapping';

/** One alert in a notice. */
export interface NoticeMember {
  /**
   * Its latest transition to firing or resolved. Where there is much to keep, what its condition saw is left out of it: `value` is
   * empty then, and `band` and `summary` are `undefined`.
   */
  readonly state: AlertState;
  /** Why it is in the notice: what of it is news, or that it goes on firing. */
  readonly news: 'firing' | 'escalated' | 'resolved' | 'flapping' | 'goes on';
}

/** One message of a group of alerts of one rule, before it is put into words. Times are event times in ms. */
export interface Notice {
  readonly alert: string;
  /** The group: text of the values of the dimensions that the rule groups by. */
  readonly group: string;
  /** Counts the notices of the group, from 1. */
  readonly number: number;
  readonly kind: NoticeKind;
  /** When it was due. */
  readonly at: number;
  /** Since when alerts of the group have been firing, or told of as firing, without a pause. */
  readonly since: number;
  /** The greatest severity of what it tells of: if that is that none fires any more, of all that had been told since one did. */
  readonly severity: Severity;
  /** The greatest severity first, then the one that has been firing longest; at most {@link MOST_MEMBERS}. */
  readonly members: readonly NoticeMember[];
  /** Alerts of the group that are known to fire once this is told, and those that it tells to have resolved; listed or not. */
  readonly firing: number;
  readonly resolved: number;
  /** Notices that `maxPerHour` has held back since the one before. */
  readonly heldBack: number;
}

export const MOST_MEMBERS = 50;

/**
 * The id of a notice: the same however often it is published, and no other's.
 *
 * @example noticeId(notice) // 'congested|ATL|3'
 */
export function noticeId({ alert, group, number }: Pick<Notice, 'alert' | 'group' | 'number'>): string {
  return `${alert}|${group}|${number}`;
}
