import { describe, expect, it } from 'vitest';
import { emptyPane, resultsOf, type Pane } from '../../lib/fold/pane.ts';
import { PaneRefold } from '../../lib/redrive/pane-refold.ts';
import type { StoredPane } from '../../lib/store/port.ts';
import { LANE, sequence } from '../support/kinesis.ts';
import { MemoryPaneStore } from '../support/memory-pane-store.ts';
import { T0, views } from '../support/pipeline.ts';

const ref = { aggregate: views, key: 'home', start: T0, lane: LANE };

/** What a fold gives of the records of these numbers, each a view of as many ms. */
function folded(...ns: readonly number[]): Pane {
  const pane = emptyPane(views, 'home', T0, sequence(ns[0]!));
  for (const n of ns) {
    for (const [i, { measure }] of views.measures.entries())
      pane.accs[i] = measure.add(pane.accs[i], i === 0 ? 1 : n);
    pane.records++;
    pane.last = sequence(n);
  }
  return pane;
}

function storedPane(ns: readonly number[], over: Partial<StoredPane> = {}): StoredPane {
  const { accs, records, first, last } = folded(...ns);
  return { accs, records, first, mark: last, closed: undefined, version: 3, ...over };
}

const refoldOf = (...lost: readonly number[]): PaneRefold =>
  new PaneRefold({ ref, lost: lost.map(sequence) });

const taken = (refold: PaneRefold, upTo = 12): number[] =>
  Array.from({ length: upTo }, (_, n) => n).filter((n) => refold.takes(sequence(n)));

async function put(refold: PaneRefold, store = new MemoryPaneStore()) {
  const outcome = await refold.put(store);
  const [pane] = await store.readPanes([ref]);
  return {
    outcome,
    ...(pane && { ...resultsOf(views, pane.accs), first: pane.first, mark: pane.mark, closed: pane.closed }),
  };
}

describe('PaneRefold', () => {
  it('begins with the lost records where nothing is stored', async () => {
    const refold = refoldOf(3, 5);
    refold.plan(undefined);

    expect(taken(refold)).toEqual([3, 4, 5]);
    refold.add(folded(3, 5));
    expect(await put(refold)).toMatchObject({
      outcome: 'written',
      n: 2,
      ms: 4,
      first: sequence(3),
      mark: sequence(5),
    });
  });

  it('goes on from what is stored, if nothing that comes after the lost records is', () => {
    const refold = refoldOf(3, 5);
    refold.plan(storedPane([1, 2]));

    expect([refold.from, refold.upTo]).toEqual([sequence(3), sequence(5)]);
    expect(taken(refold)).toEqual([3, 4, 5]);
  });

  it('folds all of it again, if some of what comes after the first lost record is stored', () => {
    const refold = refoldOf(3, 5);

    refold.plan(storedPane([1, 2, 4]));
    expect([refold.from, refold.upTo]).toEqual([sequence(1), sequence(5)]);

    refold.plan(storedPane([4, 9]));
    expect([refold.from, refold.upTo]).toEqual([sequence(3), sequence(9)]);
    expect(taken(refold)).toEqual([3, 4, 5, 6, 7, 8, 9]);
  });

  it('replaces what is stored on condition of its version', async () => {
    const store = new MemoryPaneStore();
    await store.putPane(ref, storedPane([1, 4]), undefined);
    const refold = refoldOf(2);
    refold.plan((await store.readPanes([ref]))[0]);
    refold.add(folded(1, 2, 4));
    const late = refoldOf(2);
    late.plan((await store.readPanes([ref]))[0]);
    late.add(folded(1, 2, 4));

    expect(await put(refold, store)).toMatchObject({ outcome: 'written', n: 3, mark: sequence(4) });
    expect(await put(late, store)).toMatchObject({ outcome: 'lost', n: 3 });
  });

  it('reads only what is new after a race was lost', async () => {
    const refold = refoldOf(2);
    refold.plan(storedPane([1, 4]));
    refold.add(folded(1, 2, 4));

    refold.plan(storedPane([1, 4, 6], { version: 4 }));

    expect(taken(refold)).toEqual([5, 6]);
    refold.add(folded(6));
    const store = new MemoryPaneStore();
    await store.putPane(ref, storedPane([1, 4, 6]), 3);
    expect(refold.from).toBe(sequence(4));
  });

  it('begins anew after a race was lost to somebody who closed the pane', () => {
    const refold = refoldOf(2);
    refold.plan(storedPane([1, 4]));
    refold.add(folded(1, 2, 4));

    refold.plan(storedPane([1, 4], { version: 4, closed: { from: sequence(5), why: 'late' } }));

    expect(taken(refold)).toEqual([1, 2, 3, 4]);
  });

  it('leaves out what the pane was closed to, and says so', async () => {
    const closed = { from: sequence(5), why: 'full' } as const;
    const refold = refoldOf(3, 5, 6);
    refold.plan(storedPane([1, 4], { closed }));

    expect(taken(refold)).toEqual([1, 2, 3, 4]);
    expect(refold.leftOut()).toEqual(
      [5, 6].map((n) => ({ sequence: sequence(n), aggregate: 'views', why: 'full' })),
    );
    refold.add(folded(1, 3, 4));
    const store = new MemoryPaneStore();
    await store.putPane(ref, storedPane([1, 4], { closed }), undefined);
    refold.plan((await store.readPanes([ref]))[0]);
    expect(await put(refold, store)).toMatchObject({ outcome: 'written', n: 3, closed });
  });

  it('has nothing to do where the pane was closed to all of them', async () => {
    const refold = refoldOf(5, 6);
    refold.plan(storedPane([1], { closed: { from: sequence(5), why: 'late' } }));

    expect(refold.from).toBeUndefined();
    expect(taken(refold)).toEqual([]);
    expect(await put(refold)).toEqual({ outcome: 'nothing' });
  });

  it('writes nothing where the records are of another pane by the present pipeline', async () => {
    const refold = refoldOf(3);
    refold.plan(undefined);

    expect(await put(refold)).toEqual({ outcome: 'nothing' });
  });

  it('forgets what was read when that broke off', () => {
    const refold = refoldOf(2);
    refold.plan(storedPane([1, 4]));
    refold.add(folded(1));

    refold.reset();
    refold.plan(storedPane([1, 4]));

    expect(taken(refold)).toEqual([1, 2, 3, 4]);
  });
});
