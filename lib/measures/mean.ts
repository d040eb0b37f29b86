import { checkOf } from './arguments.ts';
import { ENCODING_VERSION, Reader, varintLength, writeVarint } from './encoding.ts';
import {
  emptyExpansion,
  expansionLength,
  grow,
  growBy,
  readExpansion,
  rounded,
  writeExpansion,
  type Expansion,
} from './expansion.ts';
import { refuseUnlessFinite, type NumberOf } from './finite.ts';
import type { Measure } from './measure.ts';

const KIND = 'mean';

/** A sum and how many values are in it. */
export interface MeanAccumulator {
  count: number;
  readonly sum: Expansion;
}

/**
 * The arithmetic mean of a number: the exact sum, rounded, over the count, and so the same to the bit in whatever
 * order and split the events come. NaN over no values, so that a comparison in an alert is false. If the sum passes
 * 1.8e308, the mean is an infinity.
 *
 * @param of takes the number out of an event; `null` and `undefined` are skipped and not counted
 * @example
 * measures: { delay: mean((flight) => flight.delay) }
 */
export function mean<Event>(of: NumberOf<Event>): Measure<Event, number, MeanAccumulator, number> {
  checkOf(KIND, of);
  return {
    kind: KIND,
    input: of,
    refuse: refuseUnlessFinite,
    empty: () => ({ count: 0, sum: emptyExpansion() }),
    add,
    merge,
    result: (acc) => (acc.count === 0 ? NaN : rounded(acc.sum) / acc.count),
    encode,
    decode,
  };
}

function add(acc: MeanAccumulator, input: number): MeanAccumulator {
  acc.count++;
  grow(acc.sum, input);
  return acc;
}

function merge(into: MeanAccumulator, from: MeanAccumulator): MeanAccumulator {
  into.count += from.count;
  growBy(into.sum, from.sum);
  return into;
}

function encode(acc: MeanAccumulator): Buffer {
  const bytes = Buffer.allocUnsafe(1 + varintLength(acc.count) + expansionLength(acc.sum));
  bytes[0] = ENCODING_VERSION;
  writeExpansion(bytes, writeVarint(bytes, 1, acc.count), acc.sum);
  return bytes;
}

function decode(bytes: Uint8Array): MeanAccumulator {
  const reader = new Reader(KIND, bytes);
  return { count: reader.varint(), sum: readExpansion(reader) };
}
