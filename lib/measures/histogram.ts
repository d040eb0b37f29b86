import { PipelineError } from '../pipeline/errors.ts';
import { checkOf } from './arguments.ts';
import { ENCODING_VERSION, Reader, varintLength, writeVarint } from './encoding.ts';
import { refuseUnlessFinite, type NumberOf } from './finite.ts';
import type { Measure } from './measure.ts';

/** The values from `from` on, and below `to`; `null` where a bucket has no end. */
export interface Bucket {
  readonly from: number | null;
  readonly to: number | null;
  readonly count: number;
}

/**
 * How many values of a number lie in each bucket, exactly (to 2^53 - 1). There is one bucket more than edges: the first holds
 * what is below the first edge, the last what is at or above the last one, and each of the others begins at an edge.
 * Stored are 1 to 8 bytes for each bucket, and the edges in the name that the counts are stored under: with other edges, it
 * begins anew.
 *
 * @param of takes the number out of an event; `null` and `undefined` are skipped
 * @param edges finite and in increasing order
 * @throws {PipelineError} if there are no edges, or they are not finite and increasing
 * @example
 * measures: { delays: histogram((flight) => flight.delay, [0, 15, 60]) }
 * // [{ from: null, to: 0, count: 7 }, { from: 0, to: 15, count: 12 }, …, { from: 60, to: null, count: 1 }]
 */
export function histogram<Event>(
  of: NumberOf<Event>,
  edges: readonly number[],
): Measure<Event, readonly Bucket[], number[], number> {
  checkOf('histogram', of);
  checkEdges(edges);
  // What the caller does to the array later must not move the buckets; -0 becomes 0.
  const bounds = edges.map((edge) => edge + 0);
  const kind = `histogram(${bounds.join(',')})`;
  return {
    kind,
    input: of,
    refuse: refuseUnlessFinite,
    empty: () => new Array<number>(bounds.length + 1).fill(0),
    add: (counts, input) => {
      const bucket = bucketOf(bounds, input);
      counts[bucket] = (counts[bucket] ?? 0) + 1;
      return counts;
    },
    merge,
    result: (counts) =>
      counts.map((count, i) => ({ from: bounds[i - 1] ?? null, to: bounds[i] ?? null, count })),
    encode,
    decode: (bytes) => {
      const reader = new Reader(kind, bytes);
      const counts = Array.from({ length: bounds.length + 1 }, () => reader.varint());
      reader.end();
      return counts;
    },
  };
}

// Typed, but a definition may be written in JavaScript.
function checkEdges(edges: readonly number[] | undefined = []): void {
  const field = 'edges of histogram';
  const remedy = 'give numbers in increasing order, such as [0, 15, 60]';
  if (edges.length === 0) throw new PipelineError(field, 'are missing', remedy);
  for (const [i, edge] of edges.entries()) {
    if (!Number.isFinite(edge)) throw new PipelineError(field, `hold ${edge}, which is not finite`, remedy);
    const before = edges[i - 1];
    if (before !== undefined && before >= edge) {
      throw new PipelineError(field, `hold ${edge} behind ${before}`, remedy);
    }
  }
}

/** How many edges are at or below a value: the number of its bucket. */
function bucketOf(edges: readonly number[], value: number): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((edges[middle] ?? Infinity) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function merge(into: number[], from: readonly number[]): number[] {
  for (const [i, count] of from.entries()) into[i] = (into[i] ?? 0) + count;
  return into;
}

function encode(counts: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(counts.reduce((length, count) => length + varintLength(count), 1));
  bytes[0] = ENCODING_VERSION;
  let at = 1;
  for (const count of counts) at = writeVarint(bytes, at, count);
  return bytes;
}
