import { findUnknown } from '../pipeline/known.ts';
import { DurationError, formatDuration, parseDuration, type Duration } from './duration.ts';
import { DAY, dayAt, isZone, startOfDay } from './zone.ts';

/**
 * A window laid on panes; start inclusive, end exclusive. Its ends are the multiples of `slide` since 1970 UTC, moved by
 * `offset`, or with a `zone` the beginnings of days there. A tumbling window is one that slides by its own size.
 */
export interface WindowShape {
  /** In ms; with a zone, days of 24 hours. */
  readonly size: number;
  readonly slide: number;
  readonly offset?: number;
  /** IANA time zone, such as `Europe/Berlin`. */
  readonly zone?: string;
  /** The sessions of an aggregate that has them: only its events say where these begin and end. */
  readonly session?: true;
}

/** Where windows lie. */
export interface WindowPlace {
  /** Moves all of them: with `'6h'`, windows of a day run from 06:00 UTC. With a zone, whole days. */
  readonly offset?: Duration;
  /**
   * Makes days those of a time zone: in `Europe/Berlin` one has 23 hours in spring and one 25 in autumn. Sizes are whole
   * days then, counted since Thursday, 1970-01-01: weeks that begin on Mondays are `tumbling('7d', { zone, offset: '4d' })`.
   */
  readonly zone?: string;
}

const PLACE_FIELDS = Object.keys({ offset: true, zone: true } satisfies Record<keyof WindowPlace, true>);

/**
 * Windows side by side: every event is in exactly one.
 *
 * @example tumbling('1h') // 00:00–01:00, 01:00–02:00, …
 * @example tumbling('1d', { zone: 'Europe/Berlin' }) // from midnight to midnight there
 * @throws {DurationError} naming the call
 */
export function tumbling(size: Duration, place: WindowPlace = {}): WindowShape {
  const call = `tumbling('${size}')`;
  const ms = read(`size of ${call}`, size);
  return { size: ms, slide: ms, ...placed(call, [ms], place) };
}

/**
 * Overlapping windows: one of `size` ends every `slide`.
 *
 * @example sliding('1h', '15m') // 00:00–01:00, 00:15–01:15, …
 * @throws {DurationError} naming the call
 */
export function sliding(size: Duration, slide: Duration, place: WindowPlace = {}): WindowShape {
  const call = `sliding('${size}', '${slide}')`;
  const [sizeMs, slideMs] = [read(`size of ${call}`, size), read(`slide of ${call}`, slide)];
  return { size: sizeMs, slide: slideMs, ...placed(call, [sizeMs, slideMs], place) };
}

/**
 * The sessions that an aggregate gathers its events into.
 *
 * @example
 * alerts: { longVisit: { on: 'visits', over: sessions(), when: (visit) => visit.pages > 100 } }
 */
export function sessions(): WindowShape {
  return { size: 0, slide: 0, session: true };
}

function placed(
  call: string,
  lengths: readonly number[],
  place: WindowPlace,
): Pick<WindowShape, 'offset' | 'zone'> {
  const unknown = findUnknown(place, PLACE_FIELDS);
  if (unknown !== undefined)
    throw new DurationError(`${unknown.field} of ${call} is unknown; ${unknown.remedy}`);
  const { offset, zone } = place;
  const offsetMs = offset === undefined ? 0 : read(`offset of ${call}`, offset, { zero: true });
  if (zone === undefined) return offsetMs === 0 ? {} : { offset: offsetMs };
  if (!isZone(zone))
    throw new DurationError(`zone of ${call}: '${zone}' is no time zone; write one such as 'Europe/Berlin'`);
  const part = [...lengths, offsetMs].find((ms) => ms % DAY !== 0);
  if (part !== undefined) {
    throw new DurationError(
      `${call} with a zone: ${formatDuration(part)} is not a number of whole days; leave the zone out for shorter windows`,
    );
  }
  return { zone, ...(offsetMs === 0 ? {} : { offset: offsetMs }) };
}

// A window is made before the alert that it belongs to, and cannot name its field: the call must do.
function read(what: string, text: string, options: { readonly zero?: boolean } = {}): number {
  try {
    return parseDuration(text, options);
  } catch (error) {
    if (error instanceof DurationError)
      throw new DurationError(`${what}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** Start of the pane of length `pane` ms in which `time` lies; 0 for a running total, whose only pane has no end. */
export function paneStart(time: number, pane: number): number {
  return pane === Infinity ? 0 : Math.floor(time / pane) * pane;
}

/** The first end of a window at or after `time`: of the first window that holds a pane which ends then. */
export function firstWindowEnd(window: WindowShape, time: number): number {
  const { slide, offset = 0, zone } = window;
  if (zone === undefined) return Math.ceil((time - offset) / slide) * slide + offset;
  const [step, shift] = [slide / DAY, offset / DAY];
  // The day that begins at `time` or before it may already be the one.
  const day = dayAt(zone, time);
  const least = startOfDay(zone, day) >= time ? day : day + 1;
  return startOfDay(zone, Math.ceil((least - shift) / step) * step + shift);
}

/** The last end of a window at or before `time`. */
export function lastWindowEnd(window: WindowShape, time: number): number {
  return previousWindowEnd(window, firstWindowEnd(window, time + 1));
}

/** The end of the window after the one that ends at `end`. */
export function nextWindowEnd(window: WindowShape, end: number): number {
  return window.zone === undefined ? end + window.slide : firstWindowEnd(window, end + 1);
}

/** Start of the window that ends at `end`. */
export function windowStart({ size, slide, offset = 0, zone }: WindowShape, end: number): number {
  if (zone === undefined) return end - size;
  const [step, shift] = [slide / DAY, offset / DAY];
  // The day that begins at `end`, or one before it that the zone left out: Apia went from the 29th of December 2011 to the 31st.
  const day = dayAt(zone, end - 1) + 1;
  return startOfDay(zone, Math.ceil((day - shift) / step) * step + shift - size / DAY);
}

/** The end of the window before the one that ends at `end`: from there on that one is the next to end. */
export function previousWindowEnd(window: WindowShape, end: number): number {
  return windowStart({ ...window, size: window.slide }, end);
}

/** The longest time from the start of a window to its end, in ms: a day of a zone may have more than 24 hours. */
export function longestWindow({ size, zone }: WindowShape): number {
  return zone === undefined ? size : size + DAY;
}

/** The longest time between two ends, in ms. */
export function longestSlide({ slide, zone }: WindowShape): number {
  return zone === undefined ? slide : slide + DAY;
}
