import { PipelineError } from '../pipeline/errors.ts';
import { checkOf } from './arguments.ts';
import { ENCODING_VERSION, Reader, textLength, varintLength, writeText, writeVarint } from './encoding.ts';
import { compareScalars, readScalar, refuseUnlessScalar, type Scalar } from './json.ts';
import type { Measure } from './measure.ts';

const CAPACITY = 200;
const MOST_CAPACITY = 10_000;

/** How many values {@link topK} counts. */
export interface TopKOptions {
  /** Different values that are counted exactly, a whole number from 2 * k to 10,000. Default 200. */
  readonly capacity?: number;
}

/** One of the most frequent values: it came at most `count` times, and at least `count - error`. */
export interface TopValue<Value> {
  readonly value: Value;
  readonly count: number;
  readonly error: number;
}

interface Counter {
  count: number;
  error: number;
}

/** Counters by value, and what any value without one may have come to. */
export interface TopKAccumulator {
  floor: number;
  readonly counters: Map<Scalar, Counter>;
}

/**
 * The k most frequent values, by `count`, and by value where that is the same (booleans, then numbers, then texts). An empty
 * list over no values.
 *
 * **Exact up to `capacity` different values** in what is read, a pane or a window: `error` is 0, and the result is the same
 * to the bit in whatever order and split the events come.
 *
 * **Beyond that, within a bound**: each value came at most `count` times and at least `count - error`, `error` is at most
 * 2 / capacity of all events with a value (1 % at the default), and every value that came more often than that is counted.
 * This holds in whatever order and split the events come, but the counts are then not the same to the bit: which of the rare
 * values have been dropped depends on the order. So a replay, or a stream cut into other batches or lanes, may count
 * otherwise within the bound; readers of the same stored lanes see the same, as merging two is commutative and lanes come
 * in the order of their names. A retried or repeated delivery changes nothing in either case, as with every measure: each
 * record is added to what is stored once.
 *
 * Space-Saving (Metwally, Agrawal and El Abbadi, "Efficient Computation of Frequent and Top-k Elements in Data Streams",
 * 2005, https://doi.org/10.1007/978-3-540-30570-5_27), cut in half when it is full, which is faster than to replace one value
 * at a time, and merged as in Agarwal et al., "Mergeable Summaries", 2012, https://doi.org/10.1145/2213556.2213562. Why the
 * bound holds: let m be the counts above the floor. An event adds 1 to the sum of m + floor * capacity / 2 at most, a cut
 * takes from capacity / 2 of the m what it adds to the floor, and merging adds the sums up.
 *
 * Stored are 3 to 11 bytes, and for each of at most `capacity` values its JSON and 2 to 18 bytes.
 *
 * @param of takes a text, a finite number or a boolean out of an event, of at most 1,024 bytes as JSON; anything else is
 * quarantined; `null` and `undefined` are skipped
 * @param k from 1 to half the capacity; it may be changed later, and is then read of what is stored
 * @throws {PipelineError} if k or the capacity is out of range
 * @example
 * measures: { pages: topK((view) => view.page, 3) }
 * // [{ value: 'home', count: 120, error: 0 }, { value: 'help', count: 31, error: 0 }, { value: 'faq', count: 31, error: 0 }]
 */
export function topK<Event, Value extends Scalar>(
  of: (event: Event) => Value | null | undefined,
  k = 10,
  { capacity = CAPACITY }: TopKOptions = {},
): Measure<Event, readonly TopValue<Value>[], TopKAccumulator, Scalar> {
  checkOf('topK', of);
  checkSizes(k, capacity);
  const kept = Math.ceil(capacity / 2);
  // What another capacity has dropped may be among what this one promises to have.
  const kind = capacity === CAPACITY ? 'topK' : `topK(capacity=${capacity})`;

  function cutIfFull(acc: TopKAccumulator): TopKAccumulator {
    const { counters } = acc;
    if (counters.size <= capacity) return acc;
    const cut = ranked(counters).slice(kept);
    acc.floor = cut[0]?.[1].count ?? acc.floor;
    for (const [value] of cut) counters.delete(value);
    return acc;
  }

  return {
    kind,
    input: of,
    refuse: refuseUnlessScalar,
    empty: () => ({ floor: 0, counters: new Map<Scalar, Counter>() }),
    add: (acc, input) => {
      const counter = acc.counters.get(input);
      if (counter !== undefined) {
        counter.count++;
        return acc;
      }
      acc.counters.set(input, { count: acc.floor + 1, error: acc.floor });
      return cutIfFull(acc);
    },
    merge: (into, from) => cutIfFull(merge(into, from)),
    result: ({ counters }) =>
      ranked(counters)
        .slice(0, k)
        // Only values that `of` gave have been counted.
        .map(([value, { count, error }]) => ({ value: value as Value, count, error })),
    encode,
    decode: (bytes) => decode(kind, bytes, capacity),
  };
}

function checkSizes(k: number, capacity: number): void {
  if (!Number.isInteger(capacity) || capacity < 2 || capacity > MOST_CAPACITY) {
    throw new PipelineError(
      'capacity of topK',
      `is ${capacity}`,
      `take a whole number from 2 to 10,000, such as ${CAPACITY}`,
    );
  }
  if (!Number.isInteger(k) || k < 1 || k * 2 > capacity) {
    throw new PipelineError(
      'k of topK',
      `is ${k}, with a capacity of ${capacity}`,
      'take a whole number from 1 to half the capacity, or a greater capacity',
    );
  }
}

function ranked(counters: ReadonlyMap<Scalar, Counter>): [Scalar, Counter][] {
  return [...counters].sort(([a, x], [b, y]) => y.count - x.count || compareScalars(a, b));
}

function merge(into: TopKAccumulator, from: TopKAccumulator): TopKAccumulator {
  const { counters } = into;
  for (const [value, counter] of counters) {
    const other = from.counters.get(value);
    counter.count += other?.count ?? from.floor;
    counter.error += other?.error ?? from.floor;
  }
  for (const [value, { count, error }] of from.counters) {
    if (!counters.has(value)) counters.set(value, { count: count + into.floor, error: error + into.floor });
  }
  into.floor += from.floor;
  return into;
}

/** Writes the floor, and the counters in the order of their values; errors only where there are any. */
function encode({ floor, counters }: TopKAccumulator): Buffer {
  const entries = [...counters]
    .sort(([a], [b]) => compareScalars(a, b))
    .map(([value, counter]) => ({ text: JSON.stringify(value), ...counter }));
  const length = entries.reduce(
    (sum, { text, count, error }) =>
      sum + textLength(text) + varintLength(count) + (floor > 0 ? varintLength(error) : 0),
    1 + varintLength(floor) + varintLength(entries.length),
  );
  const bytes = Buffer.allocUnsafe(length);
  bytes[0] = ENCODING_VERSION;
  let at = writeVarint(bytes, writeVarint(bytes, 1, floor), entries.length);
  for (const { text, count, error } of entries) {
    at = writeVarint(bytes, writeText(bytes, at, text), count);
    if (floor > 0) at = writeVarint(bytes, at, error);
  }
  return bytes;
}

function decode(kind: string, bytes: Uint8Array, capacity: number): TopKAccumulator {
  const reader = new Reader(kind, bytes);
  const floor = reader.varint();
  const size = reader.varint();
  if (size > capacity) throw reader.broken(`holds ${size} values, over its capacity`);
  const counters = new Map<Scalar, Counter>();
  for (let i = 0; i < size; i++) {
    const value = readScalar(reader);
    const count = reader.varint();
    const error = floor > 0 ? reader.varint() : 0;
    if (error > floor || error >= count)
      throw reader.broken(`holds a count of ${count} and error of ${error}`);
    counters.set(value, { count, error });
  }
  reader.end();
  if (counters.size < size) throw reader.broken('holds a value twice');
  return { floor, counters };
}
