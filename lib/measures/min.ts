import { checkOf } from './arguments.ts';
import { decodeFloat64, encodeFloat64 } from './encoding.ts';
import { refuseUnlessFinite, type NumberOf } from './finite.ts';
import type { Measure } from './measure.ts';

const KIND = 'min';

// No input is infinite, so that an infinity can stand for "no value yet".
const NONE = Infinity;

/**
 * The least value of a number; -0 counts as 0. NaN over no values, so that a comparison in an alert is false.
 *
 * @param of takes the number out of an event; `null` and `undefined` are skipped
 * @example
 * measures: { least: min((flight) => flight.delay) }
 */
export function min<Event>(of: NumberOf<Event>): Measure<Event, number, number, number> {
  checkOf(KIND, of);
  return {
    kind: KIND,
    input: of,
    refuse: refuseUnlessFinite,
    empty: () => NONE,
    // Adding 0 turns -0 into 0: otherwise the first of the two to come would stay.
    add: (acc, input) => (input < acc ? input + 0 : acc),
    merge: (into, from) => (from < into ? from : into),
    result: (acc) => (acc === NONE ? NaN : acc),
    encode: encodeFloat64,
    decode: (bytes) => decodeFloat64(KIND, bytes),
  };
}
