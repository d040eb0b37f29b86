import type { Playback } from '../protocol.ts';
import type { AggregateListing } from './api.ts';
import { parseDuration, resolutions } from './durations.ts';
import type { KeyValues } from './keys.ts';

/** Lengths of time to choose from. */
export const RANGES = ['3h', '12h', '1d', '3d', '7d', 'all'] as const;
export type Range = (typeof RANGES)[number];

/** What is looked at. */
export interface Selection {
  readonly aggregate: string;
  readonly key: KeyValues;
  readonly resolution: string;
  readonly range: Range;
  /** Event time in ms that is to be seen, as of an alert; the youngest there is, unless given. */
  readonly around?: number;
}

/** Resolutions an aggregate can be read at; none of sessions and running totals. */
export function resolutionsOf({ pane, session, rollups }: AggregateListing): readonly string[] {
  return session === undefined
    ? resolutions(
        pane,
        rollups.map((tier) => tier.pane),
      )
    : [];
}

/** The range that suits a pane: one that gives a line, and not a dot. */
export function suitingRange({ pane }: AggregateListing): Range {
  const ms = parseDuration(pane) ?? 0;
  return RANGES.find((range) => (parseDuration(range) ?? Infinity) >= ms * 24) ?? 'all';
}

/**
 * Parameters of `GET /aggregates/{aggregate}`. The range ends with the youngest event, so that the chart follows the playback; one
 * around an alert has it at two thirds.
 *
 * @returns undefined before the first event, and while a dimension has no value
 */
export function queryOf(
  listing: AggregateListing,
  { key, resolution, range, around }: Selection,
  { from, eventTime }: Pick<Playback, 'from' | 'eventTime'>,
): Readonly<Record<string, string>> | undefined {
  const values = listing.key.map((dimension) => [dimension, key[dimension] ?? ''] as const);
  if (eventTime === undefined || values.some(([, value]) => value === '')) return undefined;
  const base = Object.fromEntries(values);
  if (listing.pane === 'global') return base;
  // Beyond the last event by one, as a range ends before its end.
  const length = parseDuration(range) ?? Infinity;
  const end = Math.min(eventTime, around === undefined ? eventTime : around + length / 3) + 1;
  // There is nothing before the first event: a chart that begins with it has no empty half.
  const begin = Math.max(end - length, Math.min(from ?? eventTime, end - 1));
  return {
    ...base,
    from: new Date(begin).toISOString(),
    to: new Date(end).toISOString(),
    ...(listing.session === undefined && resolution !== '' ? { resolution } : {}),
  };
}
