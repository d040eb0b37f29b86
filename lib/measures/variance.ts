import { checkOf } from './arguments.ts';
import { ENCODING_VERSION, Reader, varintLength, writeVarint } from './encoding.ts';
import { refuseUnlessFinite, type NumberOf } from './finite.ts';
import type { Measure } from './measure.ts';

/** Count, mean and sum of the squared distances from the mean. */
export interface Moments {
  count: number;
  mean: number;
  squares: number;
}

/**
 * The sample variance of a number (divisor n - 1: SQL's `var_samp`, DuckDB's `variance`). NaN below two values,
 * so that a comparison in an alert is false. Infinity once the squared distances pass 1.8e308, which values under
 * 1e153 do not bring about.
 *
 * Welford's running form, which does not cancel as the textbook's sum of squares does, and the merging of two
 * parts by Chan, Golub and LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances", 1979.
 *
 * @param of takes the number out of an event; `null` and `undefined` are skipped
 * @example
 * measures: { spread: variance((flight) => flight.delay) }
 */
export function variance<Event>(of: NumberOf<Event>): Measure<Event, number, Moments, number> {
  return measureOf('variance', of, sampleVariance);
}

/**
 * The sample standard deviation of a number (SQL's `stddev_samp`, DuckDB's `stddev`): the square root of
 * `variance`, with the same edges.
 *
 * @param of takes the number out of an event; `null` and `undefined` are skipped
 * @example
 * measures: { spread: stddev((flight) => flight.delay) }
 */
export function stddev<Event>(of: NumberOf<Event>): Measure<Event, number, Moments, number> {
  return measureOf('stddev', of, (acc) => Math.sqrt(sampleVariance(acc)));
}

function measureOf<Event>(
  kind: string,
  of: NumberOf<Event>,
  result: (acc: Moments) => number,
): Measure<Event, number, Moments, number> {
  checkOf(kind, of);
  return {
    kind,
    input: of,
    refuse: refuseUnlessFinite,
    empty: () => ({ count: 0, mean: 0, squares: 0 }),
    add,
    merge,
    result,
    encode,
    decode: (bytes) => decode(kind, bytes),
  };
}

function sampleVariance({ count, squares }: Moments): number {
  if (count < 2) return NaN;
  // Overflow leaves an infinity of either sign or NaN behind, depending on where it struck.
  return Number.isFinite(squares) ? squares / (count - 1) : Infinity;
}

function add(acc: Moments, input: number): Moments {
  const distance = input - acc.mean;
  acc.count++;
  acc.mean += distance / acc.count;
  acc.squares += distance * (input - acc.mean);
  return acc;
}

function merge(into: Moments, from: Moments): Moments {
  // An empty side must leave the other as it is to the bit.
  if (from.count === 0) return into;
  if (into.count === 0) {
    into.count = from.count;
    into.mean = from.mean;
    into.squares = from.squares;
    return into;
  }
  const count = into.count + from.count;
  const distance = from.mean - into.mean;
  // Weighing both means, rather than moving one towards the other, keeps merging commutative.
  into.mean = (into.mean * into.count + from.mean * from.count) / count;
  into.squares += from.squares + distance * distance * ((into.count * from.count) / count);
  into.count = count;
  return into;
}

function encode(acc: Moments): Buffer {
  const bytes = Buffer.allocUnsafe(1 + varintLength(acc.count) + 16);
  bytes[0] = ENCODING_VERSION;
  const at = bytes.writeDoubleLE(acc.mean, writeVarint(bytes, 1, acc.count));
  bytes.writeDoubleLE(acc.squares, at);
  return bytes;
}

function decode(kind: string, bytes: Uint8Array): Moments {
  const reader = new Reader(kind, bytes);
  const acc = { count: reader.varint(), mean: reader.float64(), squares: reader.float64() };
  reader.end();
  return acc;
}
