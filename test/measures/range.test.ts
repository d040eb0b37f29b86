import fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeLaws, describeNumberInput, over } from './laws.ts';
import { range } from './range.ts';

const measure = range<number>((value) => value);

describeLaws(measure, { values: fc.double({ noNaN: true, noDefaultInfinity: true }), canonical: true });
describeNumberInput(range);

it('is the distance between the ends', () => {
  expect(over(measure, [3, -2, 1])).toBe(5);
  expect(over(measure, [4])).toBe(0);
  expect(over(measure, [])).toBeNull();
});
