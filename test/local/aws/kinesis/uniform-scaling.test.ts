import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HashRange, ScalingStep } from '../../../../lib/local/aws/kinesis/uniform-scaling.ts';
import { scalingSteps } from '../../../../lib/local/aws/kinesis/uniform-scaling.ts';

const ALL = 2n ** 128n;

/** Ranges that together are all hash keys, cut at these keys. */
function cutAt(keys: readonly bigint[]): HashRange[] {
  const firsts = [0n, ...new Set(keys)].toSorted((a, b) => (a < b ? -1 : 1));
  return firsts.map((first, index) => ({ first, last: (firsts[index + 1] ?? ALL) - 1n }));
}

/** What the steps make of the ranges; throws where Kinesis would refuse one. */
function carryOut(ranges: readonly HashRange[], steps: readonly ScalingStep[]): HashRange[] {
  const result = [...ranges];
  for (const { type, at } of steps) {
    const index = result.findIndex(({ first, last }) => first <= at && at <= last);
    const range = result[index];
    if (!range) throw new Error(`no shard has ${at}`);
    if (type === 'split') {
      if (at === range.first) throw new Error(`a shard begins with ${at} already`);
      result.splice(index, 1, { first: range.first, last: at - 1n }, { first: at, last: range.last });
    } else {
      const below = result[index - 1];
      if (below?.last !== at - 1n || range.first !== at) throw new Error(`no shards meet at ${at}`);
      result.splice(index - 1, 2, { first: below.first, last: range.last });
    }
  }
  return result;
}

describe('scalingSteps', () => {
  it('lead from any shards to those of equal size', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: 1n, max: ALL - 1n }), { maxLength: 12 }),
        fc.integer({ min: 1, max: 20 }),
        (keys, count) => {
          const before = cutAt(keys);
          const after = carryOut(before, scalingSteps(before, count));
          const equal = Array.from(
            { length: count - 1 },
            (_, index) => (ALL / BigInt(count)) * BigInt(index + 1),
          );
          expect(after).toEqual(cutAt(equal));
        },
      ),
    );
  });

  it('are as many splits as shards when they double', () => {
    const before = cutAt([ALL / 2n]);
    expect(scalingSteps(before, 4)).toEqual([
      { type: 'split', at: ALL / 4n },
      { type: 'split', at: (ALL / 4n) * 3n },
    ]);
  });
});
