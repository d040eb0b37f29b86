import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { histogram } from '../../lib/measures/index.ts';
import { describeLaws, describeNumberInput, fold, over } from './laws.ts';

const identity = (value: number) => value;
const measure = histogram<number>(identity, [-1.5, 0, 10]);
const nearEdges = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(-1.5, -0, 0, 10, 11),
);

describeLaws(measure, { values: nearEdges, canonical: true });
describeNumberInput((of) => histogram(of, [0, 15, 60]));

describe('histogram', () => {
  it('counts a value from the edge on that it lies at, -0 as 0', () => {
    expect(over(measure, [-Number.MAX_VALUE, -1.6, -1.5, -0.1, -0, 0, 9.9, 10, Number.MAX_VALUE])).toEqual([
      { from: null, to: -1.5, count: 2 },
      { from: -1.5, to: 0, count: 2 },
      { from: 0, to: 10, count: 3 },
      { from: 10, to: null, count: 2 },
    ]);
  });

  it('counts what filtering counts, whatever the edges', () => {
    const edges = fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 40 });
    const values = fc.array(fc.double({ noNaN: true, min: -60, max: 60 }));
    fc.assert(
      fc.property(edges, values, (unsorted, all) => {
        const sorted = unsorted.sort((a, b) => a - b);
        const counts = over(histogram<number>(identity, sorted), all);
        expect(counts).toHaveLength(sorted.length + 1);
        for (const { from, to, count } of counts) {
          const inside = all.filter((value) => value >= (from ?? -Infinity) && value < (to ?? Infinity));
          expect(count).toBe(inside.length);
        }
      }),
    );
  });

  it('has all its buckets over no values', () => {
    expect(over(histogram<number>(identity, [5]), [])).toEqual([
      { from: null, to: 5, count: 0 },
      { from: 5, to: null, count: 0 },
    ]);
  });

  it('stores a count for each bucket, under a kind that names the edges', () => {
    expect(measure.kind).toBe('histogram(-1.5,0,10)');
    expect(histogram(identity, [-0, 1]).kind).toBe('histogram(0,1)');
    expect(Buffer.from(measure.encode(fold(measure, [-9, 0, 3]))).toString('hex')).toBe('0101000200');
  });

  it('keeps its edges when the array that it was given changes', () => {
    const edges = [1, 2];
    const fixed = histogram<number>(identity, edges);
    edges[0] = 99;

    expect(over(fixed, [1.5]).map(({ count }) => count)).toEqual([0, 1, 0]);
  });

  it.each([
    [[], 'pipeline: edges of histogram are missing; give numbers in increasing order, such as [0, 15, 60]'],
    [undefined as unknown as number[], 'are missing'],
    [[1, NaN], 'hold NaN, which is not finite'],
    [[1, Infinity], 'hold Infinity, which is not finite'],
    [['1' as unknown as number], 'hold 1, which is not finite'],
    [[0, 60, 15], 'hold 15 behind 60'],
    [[0, 0], 'hold 0 behind 0'],
  ])('refuses the edges %j', (edges, problem) => {
    expect(() => histogram(identity, edges)).toThrow(problem);
  });
});
