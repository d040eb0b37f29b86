import type { Playback } from '../protocol.ts';

/** How much of the present pass has been put, from 0 to 1: in event time, or where that is not known, in events. */
export function progressOf({ state, passes, eventTime, from, to, put, total, loop }: Playback): number {
  if (state === 'done' && !loop) return 1;
  if (passes === 0 && eventTime !== undefined && from !== undefined && to !== undefined && to > from)
    return clamp((eventTime - from) / (to - from));
  if (total === 0) return 0;
  return clamp((put % total) / total);
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
