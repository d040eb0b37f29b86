import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mean } from '../../lib/measures/index.ts';
import { exactSum } from './exact.ts';
import { describeLaws, describeNumberInput, fold, over } from './laws.ts';

const measure = mean<number>((value) => value);
const anyDouble = fc.double({ noNaN: true, min: -1e305, max: 1e305 });

describeLaws(measure, { values: anyDouble });
describeNumberInput(mean);

describe('mean', () => {
  it('is the exact sum over the count', () => {
    fc.assert(
      fc.property(fc.array(anyDouble, { minLength: 1, maxLength: 100 }), (values) => {
        expect(over(measure, values)).toBe(exactSum(values) / values.length);
      }),
    );
  });

  it.each([
    [[7], 7],
    [[1, 2], 1.5],
    [[-0], 0],
    [[1e16, 1, -1e16, 3], 1],
    [[0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1], 0.1],
  ])('of %j is %d', (values, expected) => {
    expect(over(measure, values)).toBe(expected);
  });

  it('is NaN over no values, so that no comparison holds', () => {
    const none = over(measure, []);

    expect(none).toBeNaN();
    expect(none > 0 || none <= 0).toBe(false);
  });

  it('is an infinity when the sum passes the range of a double', () => {
    expect(over(measure, [1e308, 1e308])).toBe(Infinity);
  });

  it('stores the count and the sum in a few bytes', () => {
    expect(Buffer.from(measure.encode(fold(measure, [1, 2]))).toString('hex')).toBe('01020000000000000840');
  });
});
