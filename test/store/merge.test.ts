import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyPane, resultsOf, type Pane } from '../../lib/fold/pane.ts';
import { isDivided, leftOut, planMerge } from '../../lib/store/merge.ts';
import { NO_RECORD, type Closed, type StoredPane } from '../../lib/store/port.ts';
import { sequence } from '../support/kinesis.ts';
import { T0, visits } from '../support/pipeline.ts';

const ONE = 1;

function accs(...values: number[]): unknown[] {
  const [n, total] = visits.measures;
  let [count, sum] = [n!.measure.empty(), total!.measure.empty()];
  for (const value of values) [count, sum] = [n!.measure.add(count, ONE), total!.measure.add(sum, value)];
  return [count, sum];
}

/** What a batch adds: its records 10 to 20; and those that came too late. */
const batchPane = (...late: number[]): Pane => ({
  ...emptyPane(visits, 'home|ann', T0, sequence(10)),
  accs: accs(1, 2),
  records: 2,
  last: sequence(20),
  late: late.length === 0 ? undefined : late.map(sequence),
});

/** A batch's pane that all records came too late for. */
const latePane = (...late: number[]): Pane => ({
  ...emptyPane(visits, 'home|ann', T0, sequence(late[0]!)),
  late: late.map(sequence),
});

const storedAt = (mark: number, closed?: Closed): StoredPane => ({
  accs: accs(100),
  records: 1,
  first: sequence(0),
  mark: sequence(mark),
  closed,
  version: 3,
});

const closedAt = (from: number, why: Closed['why'] = 'late'): Closed => ({ from: sequence(from), why });

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

  it('stores nothing of a pane that nothing is in and nothing came too late for', () => {
    expect(planMerge(emptyPane(visits, 'home|ann', T0, sequence(1)), undefined)).toBeUndefined();
  });

  it('stores a pane without records, to remember what closed it', () => {
    expect(planMerge(latePane(7, 8), undefined)).toEqual({
      accs: accs(),
      records: 0,
      first: NO_RECORD,
      mark: NO_RECORD,
      closed: closedAt(7),
    });
  });

  it('gives a pane that had none its first record', () => {
    const stored: StoredPane = {
      ...storedAt(0),
      accs: accs(),
      records: 0,
      first: NO_RECORD,
      mark: NO_RECORD,
    };

    expect(planMerge(batchPane(), stored)).toMatchObject({
      records: 2,
      first: sequence(10),
      mark: sequence(20),
    });
  });

  it('closes a pane in the write that adds what came before', () => {
    expect(planMerge(batchPane(21, 25), storedAt(5))).toMatchObject({
      records: 3,
      mark: sequence(20),
      closed: closedAt(21),
    });
  });

  it('closes a pane that holds all of the batch already, and leaves it as it is otherwise', () => {
    const { accs, records, first, mark } = storedAt(20);

    expect(planMerge(batchPane(21), storedAt(20))).toMatchObject({
      accs,
      records,
      first,
      mark,
      closed: closedAt(21),
    });
  });

  it('closes no pane by a record that is in it: it was in time once', () => {
    expect(planMerge(latePane(7, 9), storedAt(9))).toBeUndefined();
    expect(planMerge(latePane(7, 9, 11), storedAt(9))).toMatchObject({ closed: closedAt(11) });
  });

  it.each([closedAt(30), closedAt(22, 'full')])('leaves a pane closed as it was, by %o', (closed) => {
    expect(planMerge(batchPane(21), storedAt(20, closed))).toBeUndefined();
    expect(planMerge(batchPane(21), storedAt(5, closed))).toMatchObject({ records: 3, closed });
  });
});

describe('isDivided', () => {
  it.each([
    [9, true],
    [10, true],
    [15, true],
    [20, true],
    [21, false],
  ])('says of a pane that is closed at %d, and 10 to 20 to come: %s', (from, expected) => {
    expect(isDivided(batchPane(), storedAt(5, closedAt(from, 'full')))).toBe(expected);
  });

  it('never divides a pane without records', () => {
    expect(isDivided(latePane(7, 8), storedAt(7, closedAt(8)))).toBe(false);
  });

  it('never divides where nothing is stored', () => {
    expect(isDivided(batchPane(21), undefined)).toBe(false);
  });
});

describe('leftOut', () => {
  it('names nothing while the pane is open', () => {
    expect(leftOut(latePane(7, 8), undefined)).toEqual([]);
  });

  it('names nothing of a batch without late records', () => {
    expect(leftOut(batchPane(), closedAt(1))).toEqual([]);
  });

  it.each([
    [6, [7, 8, 9]],
    [8, [8, 9]],
    [9, [9]],
    [10, []],
  ])('names those from %d on, where that closed it', (from, expected) => {
    expect(leftOut(latePane(7, 8, 9), closedAt(from))).toEqual(expected.map(sequence));
  });
});

describe('a pane and a batch', () => {
  // Of the batch's records of the pane, those up to a place are in time, by the lane as it is now, and the rest late. The
  // pane may hold some already, and be closed after them.
  const cases = fc.record({
    inTime: fc.uniqueArray(fc.nat(30), { maxLength: 8 }),
    split: fc.nat(8),
    mark: fc.option(fc.nat(30), { nil: undefined }),
    close: fc.option(fc.record({ after: fc.nat(12), why: fc.constantFrom('late', 'full') }), {
      nil: undefined,
    }),
  });

  it('come to what a list of records says, wherever the mark and the closing record are', () => {
    fc.assert(
      fc.property(cases, ({ inTime: all, split, mark, close }) => {
        all.sort((a, b) => a - b);
        const [inTime, late] = [all.slice(0, split), all.slice(split)];
        const held = mark ?? -1;
        const closed = close && closedAt(held + 1 + close.after, close.why);
        const from = close === undefined ? Infinity : held + 1 + close.after;
        const pane: Pane = {
          ...emptyPane(visits, 'home|ann', T0, sequence(inTime[0] ?? late[0] ?? 0)),
          accs: accs(...inTime),
          records: inTime.length,
          last: sequence(inTime.at(-1) ?? late[0] ?? 0),
          late: late.length === 0 ? undefined : late.map(sequence),
        };
        const stored = (): StoredPane | undefined => {
          if (mark !== undefined) return storedAt(mark, closed);
          if (closed === undefined) return undefined;
          return { ...storedAt(0, closed), accs: accs(), records: 0, first: NO_RECORD, mark: NO_RECORD };
        };

        const added = inTime.filter((n) => n > held && n < from);
        const closing = late.find((n) => n > held);
        const closedThen = closed ?? (closing === undefined ? undefined : closedAt(closing));
        const isWhole = added.length === inTime.length || inTime.every((n) => n <= held);

        expect(isDivided(pane, stored())).toBe(!isWhole);
        if (!isWhole) return;
        const plan = planMerge(pane, stored());
        if (added.length === 0 && closedThen === closed) {
          expect(plan).toBeUndefined();
        } else {
          const values = [...(mark === undefined ? [] : [100]), ...added];
          expect(plan).toMatchObject({
            records: values.length,
            first:
              mark === undefined && added.length > 0 ? sequence(added[0]!) : (stored()?.first ?? NO_RECORD),
            mark: added.length > 0 ? sequence(added.at(-1)!) : (stored()?.mark ?? NO_RECORD),
          });
          expect(plan?.closed).toEqual(closedThen);
          expect(resultsOf(visits, plan!.accs)).toEqual({
            n: values.length,
            total: values.reduce((sum, value) => sum + value, 0),
          });
        }
        expect(leftOut(pane, closedThen)).toEqual(
          late.filter((n) => n >= (close === undefined ? (closing ?? Infinity) : from)).map(sequence),
        );
      }),
      { numRuns: 2_000 },
    );
  });
});
