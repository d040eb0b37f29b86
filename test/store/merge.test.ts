import { describe, expect, it } from 'vitest';
import { emptyPane, resultsOf, type Pane } from '../../lib/fold/pane.ts';
import { isDivided, leftOut, planMerge } from '../../lib/store/merge.ts';
import type { StoredPane } from '../../lib/store/port.ts';
import { sequence } from '../support/kinesis.ts';
import { T0, visits } from '../support/pipeline.ts';

const ONE = 1;

function accs(...values: number[]): unknown[] {
  const [n, total] = visits.measures;
  let [count, sum] = [n!.measure.empty(), total!.measure.empty()];
  for (const value of values) [count, sum] = [n!.measure.add(count, ONE), total!.measure.add(sum, value)];
  return [count, sum];
}

/** What a batch adds: its records 10 to 20. */
const batchPane = (): Pane => ({
  ...emptyPane(visits, 'home|ann', T0, sequence(10)),
  accs: accs(1, 2),
  records: 2,
  last: sequence(20),
});

const storedAt = (mark: number): StoredPane => ({
  accs: accs(100),
  records: 1,
  first: sequence(0),
  mark: sequence(mark),
  closed: undefined,
  version: 3,
});

describe('planMerge', () => {
  it('stores all of it where nothing is', () => {
    expect(planMerge(batchPane(), undefined)).toEqual({
      accs: accs(1, 2),
      records: 2,
      first: sequence(10),
      mark: sequence(20),
      closed: undefined,
    });
  });

  it.each([
    [0, 'merge'],
    [9, 'merge'],
    [10, 'divide'],
    [15, 'divide'],
    [19, 'divide'],
    [20, 'nothing'],
    [21, 'nothing'],
  ])('with %d stored, and 10 to 20 to come: %s', (mark, expected) => {
    const stored = storedAt(mark);

    const done = isDivided(batchPane(), stored)
      ? 'divide'
      : planMerge(batchPane(), stored) === undefined
        ? 'nothing'
        : 'merge';
    expect(done).toBe(expected);
  });

  it('adds what is stored to what comes, and keeps the first record', () => {
    const plan = planMerge(batchPane(), storedAt(5))!;

    expect(plan).toMatchObject({ records: 3, first: sequence(0), mark: sequence(20) });
    expect(resultsOf(visits, plan.accs)).toEqual({ n: 3, total: 103 });
  });

  it("leaves the batch's pane as it was, to be planned again after a lost race", () => {
    const pane = batchPane();

    planMerge(pane, storedAt(5));

    expect(pane).toEqual(batchPane());
  });
});
