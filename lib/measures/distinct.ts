import { PipelineError } from '../pipeline/errors.ts';
import { checkOf } from './arguments.ts';
import { ENCODING_VERSION, Reader, varintLength, writeVarint } from './encoding.ts';
import { shown } from './finite.ts';
import { hashValue, type Hashable } from './hash-value.ts';
import { ENTRIES, entryOf, estimate, greatestRank, isEntry, raise } from './hyperloglog.ts';
import type { Measure } from './measure.ts';

const PRECISION = 12;
const LEAST_PRECISION = 4;
const MOST_PRECISION = 16;
const SPARSE = 0;
const DENSE = 1;

/** How closely {@link distinct} counts. */
export interface DistinctOptions {
  /** A whole number p from 4 to 16: the standard error is 1.04 / sqrt(2^p). Default 12: 1.6 %. */
  readonly precision?: number;
}

/** Few hashes are kept by themselves; many as registers. */
export type DistinctAccumulator = Set<number> | Uint8Array<ArrayBuffer>;

/**
 * How many different values there are, about. Values of different types are different: `1`, `'1'`, `true` and `1n` are four.
 *
 * The standard error is 1.04 / sqrt(2^p): 1.6 % at the default precision of 12, 0.8 % at 14, 0.4 % at 16. Up to 3/16 of
 * 2^p values (768 at 12) it is exact, but for values whose hashes are alike in 25 bits and a rank: of 768, two are with a
 * probability of 0.3 %. The result is the same to the bit in whatever order and split the events come, and however often an
 * event of a value does.
 *
 * HyperLogLog over 64-bit hashes (Flajolet 2007) with Ertl's improved estimate (2017); sparse while that is smaller, as in
 * HyperLogLog++ (Heule, Nunkesser and Hall, "HyperLogLog in Practice", 2013, https://doi.org/10.1145/2452376.2452456).
 * Stored are 3 bytes over no values, about 4 for each of the first values, and at most 6/8 of 2^p and 12 (3,084 at 12).
 *
 * @param of takes a text, a finite number, a boolean or a bigint out of an event; `null` and `undefined` are skipped
 * @throws {PipelineError} if the precision is out of range
 * @example
 * measures: { visitors: distinct((view) => view.user) }
 */
export function distinct<Event>(
  of: (event: Event) => Hashable | null | undefined,
  { precision = PRECISION }: DistinctOptions = {},
): Measure<Event, number, DistinctAccumulator, Hashable> {
  checkOf('distinct', of);
  if (!Number.isInteger(precision) || precision < LEAST_PRECISION || precision > MOST_PRECISION) {
    throw new PipelineError(
      'precision of distinct',
      `is ${precision}`,
      `take a whole number from ${LEAST_PRECISION} to ${MOST_PRECISION}, such as ${PRECISION} for an error of 1.6 %`,
    );
  }
  const size = 2 ** precision;
  // An entry takes up to 4 bytes, a register 6 bits. What is stored thereby depends on the values alone.
  const mostSparse = (size * 6) / 8 / 4;
  // Registers of another precision are other registers.
  const kind = precision === PRECISION ? 'distinct' : `distinct(precision=${precision})`;

  function dense(entries: Set<number>, registers = new Uint8Array(size)): Uint8Array<ArrayBuffer> {
    for (const entry of entries) raise(registers, precision, entry);
    return registers;
  }

  function ifFew(entries: Set<number>): DistinctAccumulator {
    return entries.size > mostSparse ? dense(entries) : entries;
  }

  return {
    kind,
    input: of,
    refuse,
    empty: () => new Set<number>(),
    add: (acc, input) => {
      const [high = 0, low = 0] = hashValue(input);
      const entry = entryOf(high, low);
      if (acc instanceof Set) return ifFew(acc.add(entry));
      raise(acc, precision, entry);
      return acc;
    },
    merge: (into, from) => {
      if (from instanceof Set) {
        if (into instanceof Set) {
          for (const entry of from) into.add(entry);
          return ifFew(into);
        }
        return dense(from, into);
      }
      if (into instanceof Set) return dense(into, from.slice());
      for (let i = 0; i < size; i++) into[i] = Math.max(into[i] ?? 0, from[i] ?? 0);
      return into;
    },
    result: (acc) => (acc instanceof Set ? acc.size : Math.round(estimate(acc, precision))),
    encode: (acc) => (acc instanceof Set ? encodeSparse(acc) : encodeDense(acc)),
    decode: (bytes) => {
      const reader = new Reader(kind, bytes);
      const form = reader.varint();
      if (form === SPARSE) return decodeSparse(reader, mostSparse);
      if (form === DENSE) return decodeDense(reader, size, greatestRank(precision));
      throw reader.broken(`has the unknown form ${form}`);
    },
  };
}

function refuse(input: unknown): string | undefined {
  const known = typeof input === 'string' || typeof input === 'boolean' || typeof input === 'bigint';
  if (known || (typeof input === 'number' && Number.isFinite(input))) return undefined;
  return `must be a text, a finite number, a boolean or a bigint, got ${shown(input)}`;
}

/** Writes how many entries there are, and each one's distance from the one before. */
function encodeSparse(entries: Set<number>): Buffer {
  const sorted = Int32Array.from(entries).sort();
  let length = 2 + varintLength(sorted.length);
  let before = 0;
  for (const entry of sorted) {
    length += varintLength(entry - before);
    before = entry;
  }
  const bytes = Buffer.allocUnsafe(length);
  bytes[0] = ENCODING_VERSION;
  bytes[1] = SPARSE;
  let at = writeVarint(bytes, 2, sorted.length);
  before = 0;
  for (const entry of sorted) {
    at = writeVarint(bytes, at, entry - before);
    before = entry;
  }
  return bytes;
}

function decodeSparse(reader: Reader, most: number): Set<number> {
  const count = reader.varint();
  if (count > most) throw reader.broken(`holds ${count} entries by themselves`);
  const entries = new Set<number>();
  let entry = 0;
  for (let i = 0; i < count; i++) {
    entry += reader.varint();
    if (entry >= ENTRIES || !isEntry(entry))
      throw reader.broken(`holds the entry ${entry}, which no hash has`);
    entries.add(entry);
  }
  reader.end();
  if (entries.size < count) throw reader.broken('holds an entry twice');
  return entries;
}

/** Writes four registers in three bytes, low bits first. */
function encodeDense(registers: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(2 + (registers.length / 4) * 3);
  bytes[0] = ENCODING_VERSION;
  bytes[1] = DENSE;
  for (let i = 0, at = 2; i < registers.length; i += 4, at += 3) {
    const [a = 0, b = 0, c = 0, d = 0] = registers.subarray(i, i + 4);
    bytes.writeUIntLE(a | (b << 6) | (c << 12) | (d << 18), at, 3);
  }
  return bytes;
}

function decodeDense(reader: Reader, size: number, greatest: number): Uint8Array<ArrayBuffer> {
  const bytes = reader.take((size / 4) * 3);
  reader.end();
  const registers = new Uint8Array(size);
  for (let i = 0, at = 0; i < size; i += 4, at += 3) {
    const four = bytes.readUIntLE(at, 3);
    for (let j = 0; j < 4; j++) registers[i + j] = (four >>> (6 * j)) & 63;
  }
  if (registers.some((rank) => rank > greatest)) throw reader.broken('holds a rank that no hash has');
  return registers;
}
