import { DDSketch } from '@datadog/sketches-js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantile, quantiles } from '../../lib/measures/index.ts';
import { distributions, sample, seeded } from './distributions.ts';
import { describeLaws, describeNumberInput, fold, over } from './laws.ts';

const identity = (value: number) => value;
const measure = quantile(identity, 0.9);
const anyDouble = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
  fc.integer({ min: -20, max: 20 }),
);
const share = fc.double({ noNaN: true, min: 0, max: 1 });

describeLaws(measure, { values: anyDouble, canonical: true });
describeLaws(quantiles(identity, [0, 0.5, 0.99, 1]), { values: anyDouble, canonical: true });
describeLaws(quantile(identity, 0.5, { accuracy: 0.1 }), { values: anyDouble, canonical: true });
describeNumberInput((of) => quantile(of));
describeNumberInput((of) => quantiles(of, [0.5]));

// Rounding may put a value that lies on the bound between two bins into the next one.
const slack = 1 + 1e-9;

function exactQuantile(sorted: ArrayLike<number>, q: number): number {
  return sorted[Math.floor(q * (sorted.length - 1))]!;
}

function expectWithin(accuracy: number, actual: number | null, expected: number): void {
  expect(Math.abs(actual! - expected)).toBeLessThanOrEqual(accuracy * Math.abs(expected) * slack);
}

describe('the relative error of a quantile', () => {
  it.each(Object.keys(distributions))(
    'is at most 1 %% of 10^6 %s values in parts, and no part of the result depends on them',
    (name) => {
      const qs = [0, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 0.9999, 1] as const;
      const wait = quantiles(identity, qs);
      const values = sample(name, 1_000_000);
      const random = seeded(7);
      const parts = Array.from({ length: 20 }, () => wait.empty());
      let whole = wait.empty();
      for (const value of values) {
        const part = Math.floor(random() ** 2 * parts.length);
        parts[part] = wait.add(parts[part]!, value);
        whole = wait.add(whole, value);
      }
      const merged = parts.map((part) => wait.decode(wait.encode(part))).reduce((a, b) => wait.merge(b, a));

      expect(Buffer.compare(wait.encode(merged), wait.encode(whole))).toBe(0);
      const results = Object.values(wait.result(merged));
      const sorted = values.sort();
      qs.forEach((q, i) => {
        expectWithin(0.01, results[i]!, exactQuantile(sorted, q));
      });
    },
  );

  it('is at most the accuracy, for any accuracy, share and values', () => {
    const accuracy = fc.double({ noNaN: true, min: 0.001, max: 0.2 });
    const magnitude = fc.double({ noNaN: true, min: 1e-12, max: 1e21 });
    const value = fc.tuple(magnitude, fc.constantFrom(-1, 0, 1)).map(([size, sign]) => size * sign);
    fc.assert(
      fc.property(accuracy, share, fc.array(value, { minLength: 1 }), (alpha, q, values) => {
        const sorted = Float64Array.from(values).sort();
        const found = over(quantile(identity, q, { accuracy: alpha }), values);
        expectWithin(alpha, found, exactQuantile(sorted, q));
      }),
      { numRuns: 1_000 },
    );
  });
});

// They count the ranks of negative values from the other end, which rounds a rank just below a whole number up to it: of -2
// and -1, they give -1 for the quantile just below 1, whose rank is 0.
function hasPlainRank(q: number, count: number): boolean {
  const rank = q * (count - 1);
  const distance = Math.abs(rank - Math.round(rank));
  return distance === 0 || distance > 1e-9;
}

describe('a quantile', () => {
  it("is the one that DDSketch's authors give, to the bit", () => {
    const value = fc.oneof(
      fc.double({ noNaN: true, min: -1e20, max: 1e20 }),
      fc.integer({ max: 9, min: -9 }),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 200 }), share, (all, q) => {
        const values = all.map((each) => (Math.abs(each) < 1e-12 ? 0 : each));
        fc.pre(hasPlainRank(q, values.length));
        const theirs = new DDSketch({ relativeAccuracy: 0.01 });
        for (const each of values) theirs.accept(each);

        expect(over(quantile(identity, q), values)! + 0).toBe(theirs.getValueAtQuantile(q) + 0);
      }),
      { numRuns: 500 },
    );
  });

  it('is null over no values, each of several too', () => {
    expect(over(measure, [])).toBeNull();
    expect(over(quantiles(identity, [0.5, 0.999]), [])).toEqual({ p50: null, 'p99.9': null });
  });

  it('takes magnitudes below 1e-12 for 0, and above 1e21 for 1e21', () => {
    const least = quantile(identity, 0);

    expect(over(least, [9e-13])).toBe(0);
    expect(over(least, [-Number.MIN_VALUE])).toBe(0);
    expect(over(least, [-0])).toBe(0);
    expectWithin(0.01, over(least, [1e-12]), 1e-12);
    expectWithin(0.01, over(least, [Number.MAX_VALUE]), 1e21);
    expectWithin(0.01, over(least, [-Number.MAX_VALUE]), -1e21);
  });

  it('names percentiles without what multiplying rounds', () => {
    const named = quantiles(identity, [0, 0.001, 0.07, 0.29, 0.9999, 1]);

    expect(Object.keys(over(named, [1]))).toEqual(['p0', 'p0.1', 'p7', 'p29', 'p99.99', 'p100']);
  });

  it('is stored under a kind of its own when the accuracy is another', () => {
    expect(measure.kind).toBe('quantile');
    expect(quantile(identity, 0.5, { accuracy: 0.02 }).kind).toBe('quantile(accuracy=0.02)');
    expect(quantiles(identity, [0.5]).kind).toBe('quantiles');
  });

  it.each([
    [[], '01'],
    [[0], '01d81d01'],
    [[1, 1, -1], '01f21201cc1502'],
  ])('stores %j as %s', (values, hex) => {
    expect(Buffer.from(measure.encode(fold(measure, values))).toString('hex')).toBe(hex);
  });

  it('takes at most 7,601 bins, whatever the values', () => {
    const values = Array.from({ length: 40_000 }, (_, i) => 10 ** (-13 + i / 1_000)).flatMap((v) => [v, -v]);

    expect(fold(measure, values).size).toBe(7_601);
  });

  it.each([
    ['01d81d00', 'holds an empty bin'],
    ['01d81d010001', 'holds a bin twice'],
    ['01ffffff0701', 'holds a bin that there is not'],
    ['01d81d', 'ends within a varint'],
  ])('refuses the stored %s, which %s', (hex, problem) => {
    expect(() => measure.decode(Buffer.from(hex, 'hex'))).toThrow(problem);
  });

  it.each([
    [() => quantile(identity, 1.1), 'pipeline: q of quantile has 1.1; take a share from 0 to 1'],
    [() => quantile(identity, NaN), 'has NaN'],
    [
      () => quantile(identity, 0.5, { accuracy: 0 }),
      'pipeline: accuracy of quantile is 0; take a relative error',
    ],
    [() => quantile(identity, 0.5, { accuracy: 0.5 }), 'is 0.5'],
    [() => quantiles(identity, []), 'pipeline: list of quantiles is empty; write [0.5, 0.9, 0.99]'],
    [() => quantiles(identity, [0.5, 99]), 'pipeline: list of quantiles has 99'],
    [() => quantiles(identity, [0.5, 0.9, 0.5]), 'holds one twice: 0.5, 0.9, 0.5'],
  ])('refuses %s', (make, problem) => {
    expect(make).toThrow(problem);
  });
});
