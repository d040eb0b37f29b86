import { ENCODING_VERSION, Reader, textLength, varintLength, writeText, writeVarint } from './encoding.ts';
import { readJson, refuseUnlessKeepable, type Keepable } from './json.ts';
import type { Measure } from './measure.ts';

/** A value and the time of its event in ms. */
export interface Stamped {
  readonly time: number;
  readonly value: Keepable;
}

/** The value that stands so far, as JSON, and the time of its event in ms; no text is no value. */
export interface StampedAccumulator {
  time: number;
  text: string;
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
  function take(acc: StampedAccumulator, time: number, text: string): StampedAccumulator {
    if (acc.text !== '' && !precedes(time, acc.time) && !(time === acc.time && precedes(text, acc.text))) {
      return acc;
    }
    acc.time = time;
    acc.text = text;
    return acc;
  }

  return {
    kind,
    input: (event, time) => {
      const value = of(event);
      return value == null ? undefined : { time, value };
    },
    refuse: ({ value }) => refuseUnlessKeepable(value),
    empty: () => ({ time: 0, text: '' }),
    add: (acc, { time, value }) => {
      // Most events of a `first` end here, before anything is written as JSON.
      if (acc.text !== '' && precedes(acc.time, time)) return acc;
      return take(acc, time, JSON.stringify(value));
    },
    merge: (into, from) => (from.text === '' ? into : take(into, from.time, from.text)),
    result: (acc) => (acc.text === '' ? null : (JSON.parse(acc.text) as Value)),
    encode,
    decode: (bytes) => decode(kind, bytes),
  };
}

function encode({ time, text }: StampedAccumulator): Buffer {
  if (text === '') return Buffer.of(ENCODING_VERSION);
  const bytes = Buffer.allocUnsafe(1 + varintLength(time) + textLength(text));
  bytes[0] = ENCODING_VERSION;
  writeText(bytes, writeVarint(bytes, 1, time), text);
  return bytes;
}

function decode(kind: string, bytes: Uint8Array): StampedAccumulator {
  const reader = new Reader(kind, bytes);
  if (reader.left === 0) return { time: 0, text: '' };
  const acc = { time: reader.varint(), text: readJson(reader) };
  reader.end();
  return acc;
}
