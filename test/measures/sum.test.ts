import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sum } from '../../lib/measures/index.ts';
import { exactSum } from './exact.ts';
import { describeLaws, describeNumberInput, fold, over } from './laws.ts';

const measure = sum<number>((value) => value);

// At most 60 * 8 values: none of their partial sums leaves the range of a double.
const anyDouble = fc.double({ noNaN: true, min: -1e305, max: 1e305 });

describeLaws(measure, { values: anyDouble });
describeNumberInput(sum);

describe('sum', () => {
  it('is the correctly rounded exact sum of any doubles', () => {
    fc.assert(
      fc.property(fc.array(anyDouble, { maxLength: 200 }), (values) => {
        expect(over(measure, values)).toBe(exactSum(values));
      }),
      { numRuns: 300 },
    );
  });

  it('is exact where parts cancel', () => {
    // Few magnitudes and both signs: most sums cancel down to what rounding would have lost.
    const value = fc
      .tuple(
        fc.constantFrom(-1, 1),
        fc.constantFrom(1e300, 2 ** 53, 1e16, 3, 1, 0.1, 2 ** -53, 1e-300, 5e-324),
      )
      .map(([sign, magnitude]) => sign * magnitude);
    fc.assert(
      fc.property(fc.array(value, { maxLength: 100 }), (values) => {
        expect(over(measure, values)).toBe(exactSum(values));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    [[], 0],
    [[-0], 0],
    [[-0, -0], 0],
    [[1, -1], 0],
    [[1e16, 1, -1e16], 1],
    [[1e100, 1e50, 1, -1e100, -1e50], 1],
    [[0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], 1],
    [[2 ** 53, 1], 2 ** 53],
    [[2 ** 53, 1, 2 ** -1074], 2 ** 53 + 2],
    [[2 ** 53, 1, -(2 ** -1074)], 2 ** 53],
    [[Number.MAX_VALUE, -Number.MAX_VALUE, 5e-324], 5e-324],
  ])('of %j is %d', (values, expected) => {
    expect(over(measure, values)).toBe(expected);
  });

  it('becomes an infinity when it passes the range of a double, and stays one', () => {
    expect(over(measure, [1e308, 1e308])).toBe(Infinity);
    expect(over(measure, [1e308, 1e308, -1e308, 5])).toBe(Infinity);
    expect(over(measure, [1, 0.1, -1e308, -1e308])).toBe(-Infinity);
    const both = measure.merge(fold(measure, [1e308, 1e308]), fold(measure, [-1e308, -1e308]));
    expect(measure.result(both)).toBeNaN();
    const stored = measure.decode(measure.encode(fold(measure, [1e308, 1e308])));
    expect(measure.result(stored)).toBe(Infinity);
  });

  it('stores a sum of whole numbers in nine bytes', () => {
    const encoded = measure.encode(fold(measure, [12, -3, 1_000_000]));

    expect(Buffer.from(encoded).toString('hex')).toBe('010000000092842e41');
  });
});
