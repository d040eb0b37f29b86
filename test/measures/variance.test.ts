import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stddev, variance } from '../../lib/measures/index.ts';
import { exactVariance } from './exact.ts';
import { describeLaws, describeNumberInput, over } from './laws.ts';

const measure = variance<number>((value) => value);
const deviation = stddev<number>((value) => value);

const delays = fc.oneof(fc.integer({ min: -90, max: 1500 }), fc.double({ noNaN: true, min: -1e6, max: 1e6 }));

/**
 * Within 1e-12 of each other, or within what moving the values by some units in the last place would change: the
 * error of Welford's form grows with the values over the deviation (Chan, Golub and LeVeque 1983, table 1).
 */
function near(actual: number, expected: number, values: readonly number[]): void {
  if (values.length < 2) {
    expect(actual).toBeNaN();
    expect(expected).toBeNaN();
    return;
  }
  const greatest = Math.max(...values.map(Math.abs));
  // Squares so small that few of their bits can be held are rounded by units of the least number there is.
  const least = values.length * Number.MIN_VALUE;
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(
    1e-12 * expected + 1e-14 * greatest * greatest + least,
  );
}

describeLaws(measure, { values: delays, same: near });
describeLaws(deviation, {
  values: delays,
  same: (actual, expected, values) => {
    near(actual ** 2, expected ** 2, values);
  },
});
describeNumberInput(variance);
describeNumberInput(stddev);

describe('variance', () => {
  it('is the exact sample variance', () => {
    fc.assert(
      fc.property(fc.array(delays, { minLength: 2, maxLength: 100 }), (values) => {
        near(over(measure, values), exactVariance(values), values);
      }),
    );
  });

  it.each([1e6, 1e8])('keeps 1e-9 relative when the values lie close together at %d', (offset) => {
    const values = Array.from({ length: 1000 }, (_, i) => offset + ((i * 7919) % 101) / 4);
    const expected = exactVariance(values);

    expect(Math.abs(over(measure, values) - expected)).toBeLessThanOrEqual(1e-9 * expected);
    const halves = measure.merge(
      values.slice(0, 300).reduce((acc, value) => measure.add(acc, value), measure.empty()),
      values.slice(300).reduce((acc, value) => measure.add(acc, value), measure.empty()),
    );
    expect(Math.abs(measure.result(halves) - expected)).toBeLessThanOrEqual(1e-9 * expected);
  });

  it.each([
    [[4, 4, 4], 0],
    [[1, 2], 0.5],
    [[2, 4, 4, 4, 5, 5, 7, 9], 32 / 7],
    [[-0, 0], 0],
    [[1e-200, 1e-200], 0],
    [[-1e150, 1e150], 2e300],
  ])('of %j is %d', (values, expected) => {
    expect(Math.abs(over(measure, values) - expected)).toBeLessThanOrEqual(1e-15 * expected);
    expect(Math.abs(over(deviation, values) - Math.sqrt(expected))).toBeLessThanOrEqual(1e-15 * expected);
  });

  it('is NaN below two values', () => {
    for (const values of [[], [5]]) {
      expect(over(measure, values)).toBeNaN();
      expect(over(deviation, values)).toBeNaN();
    }
  });

  it.each([[[1e200, -1e200, 3]], [[1e308, -1e308]], [[1e308, -1e308, 1e308, 0]]])(
    'of %j passes the range of a double: Infinity',
    (values) => {
      expect(over(measure, values)).toBe(Infinity);
      expect(over(deviation, values)).toBe(Infinity);
      const parts = values.map((value) => measure.add(measure.empty(), value));
      expect(measure.result(parts.reduce((into, from) => measure.merge(into, from)))).toBe(Infinity);
    },
  );

  it('stays apart from stddev by kind alone', () => {
    expect([measure.kind, deviation.kind]).toEqual(['variance', 'stddev']);
    expect(over(deviation, [2, 4, 4, 4, 5, 5, 7, 9])).toBe(
      Math.sqrt(over(measure, [2, 4, 4, 4, 5, 5, 7, 9])),
    );
  });
});
