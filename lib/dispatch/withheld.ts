import type { AlertState } from '../alerts/state.ts';
import type { Telling } from '../pipeline/pipeline.ts';
import type { Quiet } from './port.ts';

const SHORTEST_LOOK = 60_000;

/**
 * Until when what fires is not told of, in ms; `undefined` if it may be.
 *
 * @param time in ms
 */
export function withheldUntil(
  telling: Telling,
  quiet: Quiet,
  state: AlertState,
  time: number,
): number | undefined {
  const silenced = quiet.silencedUntil(state, time);
  if (silenced !== undefined && silenced > time) return silenced;
  if (!quiet.isInhibited(state, time)) return undefined;
  // At the same moments for all, so that they are told of together.
  const interval = lookInterval(telling);
  return (Math.floor(time / interval) + 1) * interval;
}

/** How often it is looked at whether what inhibits an alert has ended, in ms. */
export function lookInterval({ groupInterval }: Telling): number {
  return Math.max(groupInterval, SHORTEST_LOOK);
}
