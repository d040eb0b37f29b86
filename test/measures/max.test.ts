import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { max } from '../../lib/measures/index.ts';
import { describeLaws, describeNumberInput, over } from './laws.ts';

const measure = max<number>((value) => value);
const anyDouble = fc.double({ noNaN: true, noDefaultInfinity: true });

describeLaws(measure, { values: anyDouble });
describeNumberInput(max);

describe('max', () => {
  it('is what Math.max finds, with -0 as 0', () => {
    fc.assert(
      fc.property(fc.array(anyDouble, { minLength: 1 }), (values) => {
        expect(over(measure, values)).toBe(Math.max(...values) + 0);
      }),
    );
  });

  it('does not depend on the order of 0 and -0', () => {
    expect(over(measure, [0, -0])).toBe(0);
    expect(over(measure, [-0, 0])).toBe(0);
    expect(over(measure, [-0])).toBe(0);
  });

  it('is NaN over no values, also when it was stored', () => {
    expect(over(measure, [])).toBeNaN();
    expect(measure.result(measure.decode(measure.encode(measure.empty())))).toBeNaN();
  });

  it('holds the ends of the range', () => {
    expect(over(measure, [Number.MAX_VALUE])).toBe(Number.MAX_VALUE);
    expect(over(measure, [-Number.MAX_VALUE])).toBe(-Number.MAX_VALUE);
  });
});
