import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastTogether, panesWithin, tiersWithin, uncovered, type Range } from '../../lib/query/plan.ts';
import { day, hour, views } from '../rollup/setup.ts';
import { MINUTE } from '../support/pipeline.ts';

const HOUR = 60 * MINUTE;

describe('tiersWithin', () => {
  it.each([
    [MINUTE, []],
    [30 * MINUTE, []],
    [HOUR, [hour]],
    [90 * MINUTE, []],
    [36 * HOUR, [hour]],
    [24 * HOUR, [day, hour]],
    [48 * HOUR, [day, hour]],
  ])('gives those whose panes lie within panes of %d ms, coarsest first', (resolution, tiers) => {
    expect(tiersWithin(views, resolution)).toEqual(tiers);
  });
});

describe('uncovered', () => {
  it.each<[string, Range[], number[], Range[]]>([
    ['all where there is no pane', [{ from: 0, to: 4 }], [], [{ from: 0, to: 4 }]],
    ['nothing where there is every pane', [{ from: 0, to: 4 }], [0, 2], []],
    [
      'what lies before, between and after panes',
      [{ from: 0, to: 12 }],
      [2, 4, 8],
      [
        { from: 0, to: 2 },
        { from: 6, to: 8 },
        { from: 10, to: 12 },
      ],
    ],
    [
      'what is left of each range',
      [
        { from: 0, to: 4 },
        { from: 6, to: 8 },
        { from: 10, to: 14 },
      ],
      [0, 6, 12],
      [
        { from: 2, to: 4 },
        { from: 10, to: 12 },
      ],
    ],
  ])('gives %s', (_what, ranges, starts, gaps) => {
    expect(uncovered(ranges, starts, 2)).toEqual(gaps);
  });

  it('gives every moment that no pane covers, once', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(20)), (starts) => {
        const sorted = starts.toSorted((a, b) => a - b);

        const gaps = uncovered([{ from: 0, to: 21 }], sorted, 1);

        const moments = gaps.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, i) => from + i));
        expect([...moments, ...sorted].sort((a, b) => a - b)).toEqual(
          Array.from({ length: 21 }, (_, i) => i),
        );
      }),
    );
  });
});

describe('lastTogether', () => {
  const ranges = [0, 10, 13, 20].map((from) => ({ from, to: from + 2 }));

  it.each([
    [0, [20]],
    [4, [20]],
    [5, [13, 20]],
    [6, [10, 13, 20]],
    [13, [10, 13, 20]],
    [14, [0, 10, 13, 20]],
  ])('gives those with at most %d between them', (most, starts) => {
    expect(lastTogether(ranges, most).map(({ from }) => from)).toEqual(starts);
  });
});

describe('panesWithin', () => {
  it('leaves out what lies between the ranges', () => {
    const ranges = [
      { from: 0, to: 2 },
      { from: 4, to: 6 },
    ];
    const panes = [0, 1, 2, 3, 4, 5, 6].map((start) => ({ start }));

    expect(panesWithin(panes, ranges).map(({ start }) => start)).toEqual([0, 1, 4, 5]);
  });
});
