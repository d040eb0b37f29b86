import { DurationError, parseDuration, type Duration } from './duration.ts';

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
 * @throws {DurationError} naming the call
 */
export function tumbling(size: Duration): WindowShape {
  const ms = read(`size of tumbling('${size}')`, size);
  return { size: ms, slide: ms };
}

/**
 * Overlapping windows: one of `size` ends every `slide`.
 *
 * @example sliding('1h', '15m') // 00:00–01:00, 00:15–01:15, …
 * @throws {DurationError} naming the call
 */
export function sliding(size: Duration, slide: Duration): WindowShape {
  const call = `sliding('${size}', '${slide}')`;
  return { size: read(`size of ${call}`, size), slide: read(`slide of ${call}`, slide) };
}

// A window is made before the alert that it belongs to, and cannot name its field: the call must do.
function read(what: string, text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    if (error instanceof DurationError)
      throw new DurationError(`${what}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** Start of the pane of length `pane` ms in which `time` lies. */
export function paneStart(time: number, pane: number): number {
  return Math.floor(time / pane) * pane;
}

/** End of the first window that holds the whole pane ending at `paneEnd`. */
export function firstWindowEnd(paneEnd: number, slide: number): number {
  return Math.ceil(paneEnd / slide) * slide;
}
