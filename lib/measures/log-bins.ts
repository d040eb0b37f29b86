import { PipelineError } from '../pipeline/errors.ts';
import { ENCODING_VERSION, varintLength, writeVarint, type Reader } from './encoding.ts';

/**
 * How many values fell into each bin of a {@link LogScale}, by the bin's number. Bins are never merged with one another, so
 * that counts of any order and split of the values add up to the same.
 */
export type Bins = Map<number, number>;

/** Magnitudes that bins tell apart: smaller ones count as 0, greater ones as the greatest. */
export const LEAST_MAGNITUDE = 1e-12;
export const GREATEST_MAGNITUDE = 1e21;

// Below, a sketch of widely spread values would not fit into an item; above, bins are too wide to be of use.
const LEAST_ACCURACY = 0.001;
const GREATEST_ACCURACY = 0.2;

/**
 * Bins of the whole line, numbered in the order of their values: 0 holds zero, bin n and bin -n the magnitudes of one
 * step of a geometric series. Whatever is in a bin is within the accuracy of the bin's value, relative to itself.
 *
 * Source: Charles Masson, Jee Rim, Homin Lee, "DDSketch: A Fast and Fully-Mergeable Quantile Sketch with Relative-Error
 * Guarantees", 2019, https://doi.org/10.14778/3352063.3352135. The bins are those of its authors' `@datadog/sketches-js`;
 * that collapses none of them, but holds its counts in arrays that are as long as the values are wide apart.
 */
export class LogScale {
  /** The last bin: there are this many of either sign. At an accuracy of 1 %, 3,800. */
  readonly last: number;
  readonly #binsPerOctave: number;
  readonly #beforeFirst: number;
  readonly #middle: number;

  /**
   * @param accuracy greatest relative error, from 0.001 to 0.2
   * @param field names the accuracy in an error
   * @throws {PipelineError} if the accuracy is out of range
   */
  constructor(accuracy: number, field: string) {
    // Written so that NaN fails too.
    if (!(accuracy >= LEAST_ACCURACY && accuracy <= GREATEST_ACCURACY)) {
      throw new PipelineError(
        field,
        `is ${accuracy}`,
        `take a relative error from ${LEAST_ACCURACY} to ${GREATEST_ACCURACY}, such as 0.01`,
      );
    }
    const growth = (2 * accuracy) / (1 - accuracy);
    this.#binsPerOctave = (1 / Math.log1p(growth)) * Math.LN2;
    this.#middle = 2 / (1 + (1 + growth));
    this.#beforeFirst = this.#step(LEAST_MAGNITUDE) - 1;
    this.last = this.#step(GREATEST_MAGNITUDE) - this.#beforeFirst;
  }

  /** The bin of a finite number. */
  binOf(value: number): number {
    const magnitude = Math.abs(value);
    if (magnitude < LEAST_MAGNITUDE) return 0;
    const bin = Math.min(this.#step(magnitude) - this.#beforeFirst, this.last);
    return value < 0 ? -bin : bin;
  }

  /** The value that stands for a bin. */
  valueOf(bin: number): number {
    if (bin === 0) return 0;
    const magnitude = Math.pow(2, (Math.abs(bin) + this.#beforeFirst) / this.#binsPerOctave) * this.#middle;
    return bin < 0 ? -magnitude : magnitude;
  }

  #step(magnitude: number): number {
    return Math.ceil(Math.log2(magnitude) * this.#binsPerOctave);
  }
}

/** Adds the counts `from` to `into`, in place; `from` stays as it is. */
export function mergeBins(into: Bins, from: Bins): Bins {
  for (const [bin, count] of from) into.set(bin, (into.get(bin) ?? 0) + count);
  return into;
}

/** Bins in the order of their values. */
export function sortedBins(bins: Bins): [bin: number, count: number][] {
  return [...bins].sort(([a], [b]) => a - b);
}

/** Writes each bin in order: its distance from the one before, the first one's from `-last`, and its count. */
export function encodeBins(bins: Bins, last: number): Buffer {
  const numbers: number[] = [];
  let before = -last;
  for (const [bin, count] of sortedBins(bins)) {
    numbers.push(bin - before, count);
    before = bin;
  }
  const bytes = Buffer.allocUnsafe(numbers.reduce((length, number) => length + varintLength(number), 1));
  bytes[0] = ENCODING_VERSION;
  let at = 1;
  for (const number of numbers) at = writeVarint(bytes, at, number);
  return bytes;
}

/** Reads bins to the end of the bytes. @throws {EncodingError} if they are not what `encodeBins` writes */
export function decodeBins(reader: Reader, last: number): Bins {
  const bins: Bins = new Map();
  let bin = -last;
  while (reader.left > 0) {
    const distance = reader.varint();
    if (distance === 0 && bins.size > 0) throw reader.broken('holds a bin twice');
    bin += distance;
    if (bin > last) throw reader.broken('holds a bin that there is not');
    const count = reader.varint();
    if (count === 0) throw reader.broken('holds an empty bin');
    bins.set(bin, count);
  }
  return bins;
}
