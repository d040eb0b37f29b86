import { withoutDetails, type AlertState } from './state.ts';

const KB = 1024;
// What a write gives is in its item, of 400 KB at most, beside the latest of it, and in its stream record.
const MOST_TRANSITIONS = 50;
const MOST_BYTES = 128 * KB;

/**
 * Transitions of an alert as one write after another may give them, in order. What a condition saw is left out of one that has no
 * room by itself: that it happened counts for more.
 */
export function givenAtOnce(transitions: readonly AlertState[]): AlertState[][] {
  const writes: AlertState[][] = [];
  let left = 0;
  for (const state of transitions) {
    const bytes = Buffer.byteLength(JSON.stringify(state));
    const write = writes.at(-1);
    if (write === undefined || write.length === MOST_TRANSITIONS || bytes > left) {
      writes.push([bytes > MOST_BYTES ? withoutDetails(state) : state]);
      left = MOST_BYTES;
    } else {
      write.push(state);
    }
    left -= bytes;
  }
  return writes;
}
