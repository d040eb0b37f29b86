import { parseDuration, type Duration } from './duration.ts';

/**
 * A window laid on panes. Its ends are the multiples of `slide` since 1970 UTC; start inclusive, end exclusive.
 * A tumbling window is one that slides by its own size.
 */
export interface WindowShape {
  readonly size: number;
  readonly slide: number;
}

/**
 * Windows side by side: every event is in exactly one.
 *
 * @example tumbling('1h') // 00:00–01:00, 01:00–02:00, …
 * @throws {DurationError}
 */
export function tumbling(size: Duration): WindowShape {
  const ms = parseDuration(size);
  return { size: ms, slide: ms };
}

/**
 * Overlapping windows: one of `size` ends every `slide`.
 *
 * @example sliding('1h', '15m') // 00:00–01:00, 00:15–01:15, …
 * @throws {DurationError}
 */
export function sliding(size: Duration, slide: Duration): WindowShape {
  return { size: parseDuration(size), slide: parseDuration(slide) };
}

/** Start of the pane of length `pane` ms in which `time` lies. */
export function paneStart(time: number, pane: number): number {
  return Math.floor(time / pane) * pane;
}

/** End of the first window that holds the whole pane ending at `paneEnd`. */
export function firstWindowEnd(paneEnd: number, slide: number): number {
  return Math.ceil(paneEnd / slide) * slide;
}
