import { checkOf } from './arguments.ts';
import { ENCODING_VERSION, Reader } from './encoding.ts';
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

const KIND = 'sum';

/**
 * The sum of a number: exact inside, rounded once when it is read. The result is the same to the bit in whatever
 * order and split the events come, so `0.1 + 0.2 + 0.3` and `1e16 + 1 - 1e16` are what they should be. 0 over no
 * values. Past 1.8e308 it is an infinity and stays one.
 *
 * @param of takes the number out of an event; `null` and `undefined` are skipped
 * @example
 * measures: { minutes: sum((flight) => flight.delay) }
 */
export function sum<Event>(of: NumberOf<Event>): Measure<Event, number, Expansion, number> {
  checkOf(KIND, of);
  return {
    kind: KIND,
    input: of,
    refuse: refuseUnlessFinite,
    empty: emptyExpansion,
    add,
    merge,
    result: rounded,
    encode,
    decode,
  };
}

function add(acc: Expansion, input: number): Expansion {
  grow(acc, input);
  return acc;
}

function merge(into: Expansion, from: Expansion): Expansion {
  growBy(into, from);
  return into;
}

function encode(acc: Expansion): Buffer {
  const bytes = Buffer.allocUnsafe(1 + expansionLength(acc));
  bytes[0] = ENCODING_VERSION;
  writeExpansion(bytes, 1, acc);
  return bytes;
}

function decode(bytes: Uint8Array): Expansion {
  return readExpansion(new Reader(KIND, bytes));
}
