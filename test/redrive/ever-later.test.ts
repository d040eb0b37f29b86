import fc from 'fast-check';
import { expect, it } from 'vitest';
import { everLater } from '../../lib/redrive/ever-later.ts';

const RUN_MS = 600_000;
const isDueIn = (run: number, after = 0): boolean => everLater(run * RUN_MS + after);

it.each([0, 1, 300_000, RUN_MS - 1])(
  'tries at once, then ever later, but never gives up (%d ms)',
  (after) => {
    const due = Array.from({ length: 42 }, (_, run) => run).filter((run) => isDueIn(run, after));

    expect(due).toEqual([0, 1, 2, 3, 4, 5, 8, 9, 16, 17, 24, 25, 32, 33, 40, 41]);
  },
);

it('tries at once what was sent by a clock that is ahead', () => {
  expect(everLater(-5_000)).toBe(true);
});

it('comes to a message in each interval, whenever the runs are', () => {
  const gaps = fc.array(fc.integer({ min: 1, max: 2 * RUN_MS }), { minLength: 100, maxLength: 400 });
  fc.assert(
    fc.property(gaps, (all) => {
      let age = 0;
      const ages = all.map((gap) => (age += gap));
      const turns = [1, 2, 4, ...Array.from({ length: 40 }, (_, n) => 8 * (n + 1))].map(
        (run) => run * RUN_MS,
      );
      for (const turn of turns.filter((from) => from + 2 * RUN_MS <= age))
        expect(ages.some((one) => one >= turn && one < turn + 2 * RUN_MS && everLater(one))).toBe(true);
    }),
  );
});
