import type { AlertState } from '../alerts/state.ts';
import type { Telling } from '../pipeline/pipeline.ts';
import type { Quiet } from './port.ts';

const SHORTEST_LOOK = 60_000;
const LONGEST_LOOK = 3_600_000;

/**
 * Until when what fires is not told of for now, in ms; `undefined` if it may be. A silence is looked at every hour at least: it may
 * be ended early just while somebody decides by it, who holds back by its old end then.
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
  if (silenced !== undefined && silenced > time) return Math.min(silenced, nextLook(time, LONGEST_LOOK));
  return quiet.isInhibited(state, time) ? nextLook(time, lookInterval(telling)) : undefined;
}

/** The same moment for all alerts, so that they are told of together. */
function nextLook(time: number, interval: number): number {
  return (Math.floor(time / interval) + 1) * interval;
}

/** How often it is looked at whether what inhibits an alert has ended, in ms. */
export function lookInterval({ groupInterval }: Telling): number {
  return Math.max(groupInterval, SHORTEST_LOOK);
}
