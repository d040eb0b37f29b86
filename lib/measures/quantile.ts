import { PipelineError } from '../pipeline/errors.ts';
import { checkOf } from './arguments.ts';
import { Reader } from './encoding.ts';
import { refuseUnlessFinite, type NumberOf } from './finite.ts';
import { LogScale, decodeBins, encodeBins, mergeBins, sortedBins, type Bins } from './log-bins.ts';
import type { Measure } from './measure.ts';

const ACCURACY = 0.01;

/** What quantiles may be off by. */
export interface QuantileOptions {
  /** Greatest relative error, from 0.001 to 0.2. Default 0.01: 1 % of the true value. */
  readonly accuracy?: number;
}

/**
 * A quantile of a number: what the share `q` of the values is at or below, such as the 99th percentile. `null` over no
 * values.
 *
 * Of n values in order, it is the one at place floor(q * (n - 1)), counted from 0, give or take the accuracy: 1 % of that
 * value by default, whatever the values are like. (Magnitudes below 1e-12 count as 0, and above 1e21 as 1e21.) The values
 * are counted in bins of a logarithmic scale (DDSketch), so that the result is the same to the bit in whatever order and
 * split the events come. Stored are 2 to 4 bytes for each bin that has values: 115 bins for each factor of 10 between the
 * values at 1 %, and at most 7,601.
 *
 * @param of takes the number out of an event; `null` and `undefined` are skipped
 * @param q from 0, the least value, to 1, the greatest; it may be changed later, and is then read of what is stored
 * @throws {PipelineError} if `q` or the accuracy is out of range
 * @example
 * measures: { slowest: quantile((view) => view.ms, 0.99) }
 */
export function quantile<Event>(
  of: NumberOf<Event>,
  q = 0.99,
  { accuracy = ACCURACY }: QuantileOptions = {},
): Measure<Event, number | null, Bins, number> {
  checkQuantile('q of quantile', q);
  return measureOf('quantile', of, accuracy, (bins, scale) => quantileOf(sortedBins(bins), scale, q));
}

/**
 * Several quantiles of a number, by percentile: each as {@link quantile} gives it, from one count of the values.
 *
 * @param of takes the number out of an event; `null` and `undefined` are skipped
 * @param qs each from 0 to 1; they may be changed later, and are then read of what is stored
 * @throws {PipelineError} if there are none, one is given twice or out of range, or the accuracy is
 * @example
 * measures: { wait: quantiles((view) => view.ms, [0.5, 0.9, 0.999]) } // { p50: 12.1, p90: 40.4, 'p99.9': 180.7 }
 */
export function quantiles<Event, const Qs extends readonly number[]>(
  of: NumberOf<Event>,
  qs: Qs,
  { accuracy = ACCURACY }: QuantileOptions = {},
): Measure<Event, Percentiles<Qs>, Bins, number> {
  if (qs.length === 0) throw new PipelineError('list of quantiles', 'is empty', 'write [0.5, 0.9, 0.99]');
  const named = qs.map((q) => {
    checkQuantile('list of quantiles', q);
    return [percentileName(q), q] as const;
  });
  if (new Set(named.map(([name]) => name)).size < qs.length) {
    throw new PipelineError('list of quantiles', `holds one twice: ${qs.join(', ')}`, 'give each once');
  }
  return measureOf('quantiles', of, accuracy, (bins, scale) => {
    const sorted = sortedBins(bins);
    const results = named.map(([name, q]) => [name, quantileOf(sorted, scale, q)] as const);
    return Object.fromEntries(results) as Percentiles<Qs>;
  });
}

/** Results by percentile: `p50` for 0.5, `p99.9` for 0.999. */
export type Percentiles<Qs extends readonly number[]> = {
  readonly [Q in Qs[number] as `p${Percent<Q>}`]: number | null;
};

// 0.5 is 50, 0.05 is 5 and 0.999 is 99.9, by their digits: types cannot multiply.
type Percent<Q extends number> = `${Q}` extends `0.${infer Tenths}${infer Rest}`
  ? Rest extends `${infer Hundredths}${infer Finer}`
    ? `${Tenths extends '0' ? '' : Tenths}${Hundredths}${Finer extends '' ? '' : `.${Finer}`}`
    : `${Tenths}0`
  : Q extends 0
    ? '0'
    : Q extends 1
      ? '100'
      : number;

// 0.29 * 100 is 28.999999999999996.
function percentileName(q: number): string {
  return `p${Number((q * 100).toPrecision(12))}`;
}

function checkQuantile(field: string, q: number): void {
  if (!(q >= 0 && q <= 1)) {
    throw new PipelineError(
      field,
      `has ${q}`,
      'take a share from 0 to 1, such as 0.99 for the 99th percentile',
    );
  }
}

function measureOf<Event, Result>(
  name: string,
  of: NumberOf<Event>,
  accuracy: number,
  result: (bins: Bins, scale: LogScale) => Result,
): Measure<Event, Result, Bins, number> {
  checkOf(name, of);
  const scale = new LogScale(accuracy, `accuracy of ${name}`);
  // Bins of another accuracy are other bins.
  const kind = accuracy === ACCURACY ? name : `${name}(accuracy=${accuracy})`;
  return {
    kind,
    input: of,
    refuse: refuseUnlessFinite,
    empty: () => new Map<number, number>(),
    add: (bins, input) => {
      const bin = scale.binOf(input);
      return bins.set(bin, (bins.get(bin) ?? 0) + 1);
    },
    merge: mergeBins,
    result: (bins) => result(bins, scale),
    encode: (bins) => encodeBins(bins, scale.last),
    decode: (bytes) => decodeBins(new Reader(kind, bytes), scale.last),
  };
}

function quantileOf(
  sorted: readonly (readonly [bin: number, count: number])[],
  scale: LogScale,
  q: number,
): number | null {
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  const place = Math.floor(q * (total - 1));
  let passed = 0;
  for (const [bin, count] of sorted) {
    passed += count;
    if (passed > place) return scale.valueOf(bin);
  }
  return null;
}
