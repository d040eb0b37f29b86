import { PlaybackError } from './errors.ts';

/** How many times as fast as recorded events are put; `max` waits for nothing. */
export type Speed = number | 'max';

const TIMES = /^(\d+(?:\.\d+)?|\.\d+)x$/i;

/**
 * Reads a speed.
 *
 * @throws {PlaybackError} if the text is none
 * @example parseSpeed('60x') // 60
 */
export function parseSpeed(text: string): Speed {
  if (text === 'max') return 'max';
  const times = Number(TIMES.exec(text)?.[1]);
  if (Number.isFinite(times) && times > 0) return times;
  throw new PlaybackError(`'${text}' is no speed; write 1x, 60x, another number above 0 with an x, or max`);
}

/** @example speedText(60) // '60x' */
export function speedText(speed: Speed): string {
  return speed === 'max' ? 'max' : `${speed}x`;
}
