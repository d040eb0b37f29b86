import { ENCODING_VERSION, Reader } from '../../lib/measures/encoding.ts';
import { refuseUnlessFinite, type NumberOf } from '../../lib/measures/finite.ts';
import type { Measure } from '../../lib/measures/measure.ts';

const KIND = 'range';

/** The least and the greatest value so far; no value is below one and above the other at the start. */
interface Ends {
  least: number;
  most: number;
}

/**
 * The distance between the least and the greatest value of a number, exactly as far as subtracting them is. `null` over no
 * values.
 *
 * @param of takes the number out of an event; `null` and `undefined` are skipped
 * @example
 * measures: { swing: range((reading) => reading.celsius) }
 */
export function range<Event>(of: NumberOf<Event>): Measure<Event, number | null, Ends, number> {
  return {
    kind: KIND,
    input: of,
    refuse: refuseUnlessFinite,
    empty: () => ({ least: Infinity, most: -Infinity }),
    add: (acc, input) => widen(acc, input, input),
    merge: (into, from) => widen(into, from.least, from.most),
    result: ({ least, most }) => (least > most ? null : most - least),
    encode,
    decode,
  };
}

function widen(acc: Ends, least: number, most: number): Ends {
  // Adding 0 turns -0 into 0: otherwise the bytes would depend on which of the two came first.
  if (least < acc.least) acc.least = least + 0;
  if (most > acc.most) acc.most = most + 0;
  return acc;
}

function encode({ least, most }: Ends): Buffer {
  const bytes = Buffer.allocUnsafe(17);
  bytes[0] = ENCODING_VERSION;
  bytes.writeDoubleLE(most, bytes.writeDoubleLE(least, 1));
  return bytes;
}

function decode(bytes: Uint8Array): Ends {
  const reader = new Reader(KIND, bytes);
  const ends = { least: reader.float64(), most: reader.float64() };
  reader.end();
  return ends;
}
