import { checkOf } from './arguments.ts';
import { ENCODING_VERSION, Reader, textLength, varintLength, writeText, writeVarint } from './encoding.ts';
import { readKeepable, refuseUnlessKeepable, type Keepable } from './json.ts';
import type { Measure } from './measure.ts';

/** A value and the time of its event in ms. */
export interface Stamped {
  readonly time: number;
  readonly value: Keepable;
}

/** The value that stands so far and the time of its event in ms; `undefined` if there is none. */
export interface StampedAccumulator {
  time: number;
  value: Keepable | undefined;
}

/** Tells whether one of two event times, or of two texts, goes before the other. */
type Precedes = <Comparable extends number | string>(a: Comparable, b: Comparable) => boolean;

/**
 * The measure that keeps the value whose event time precedes all others. Of values at one time, the one whose JSON
 * precedes the others stands, by UTF-16 code units: which came first in a lane would depend on the lanes.
 */
export function stamped<Event, Value extends Keepable>(
  kind: string,
  of: (event: Event) => Value | null | undefined,
  precedes: Precedes,
): Measure<Event, Value | null, StampedAccumulator, Stamped> {
  checkOf(kind, of);

  function wins(time: number, value: Keepable, acc: StampedAccumulator): boolean {
    if (acc.value === undefined || precedes(time, acc.time)) return true;
    // Written as JSON only where times are the same: that takes longer than all the rest.
    return (
      time === acc.time && value !== acc.value && precedes(JSON.stringify(value), JSON.stringify(acc.value))
    );
  }

  return {
    kind,
    input: (event, time) => {
      const value = of(event);
      return value == null ? undefined : { time, value };
    },
    refuse: ({ value }) => refuseUnlessKeepable(value),
    empty: () => ({ time: 0, value: undefined }),
    add: (acc, { time, value }) => {
      if (!wins(time, value, acc)) return acc;
      acc.time = time;
      acc.value = asStored(value);
      return acc;
    },
    merge: (into, from) => {
      if (from.value === undefined || !wins(from.time, from.value, into)) return into;
      into.time = from.time;
      into.value = from.value;
      return into;
    },
    // Only values that `of` gave have been kept.
    result: ({ value }) => (value === undefined ? null : (value as Value)),
    encode,
    decode: (bytes) => decode(kind, bytes),
  };
}

/** What a value will be once it was stored: nobody else has hold of an object, and -0 is 0. */
function asStored(value: Keepable): Keepable {
  if (typeof value === 'number') return value + 0;
  return typeof value === 'object' ? (JSON.parse(JSON.stringify(value)) as object) : value;
}

function encode({ time, value }: StampedAccumulator): Buffer {
  if (value === undefined) return Buffer.of(ENCODING_VERSION);
  const text = JSON.stringify(value);
  const bytes = Buffer.allocUnsafe(1 + varintLength(time) + textLength(text));
  bytes[0] = ENCODING_VERSION;
  writeText(bytes, writeVarint(bytes, 1, time), text);
  return bytes;
}

function decode(kind: string, bytes: Uint8Array): StampedAccumulator {
  const reader = new Reader(kind, bytes);
  if (reader.left === 0) return { time: 0, value: undefined };
  const acc = { time: reader.varint(), value: readKeepable(reader) };
  reader.end();
  return acc;
}
