import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resultsOf } from '../../lib/fold/pane.ts';
import { compact, RollupRaceError } from '../../lib/rollup/compact.ts';
import type { TierPane } from '../../lib/rollup/port.ts';
import { MemoryRollupStore } from '../support/memory-rollups.ts';
import { minutes } from '../support/pipeline.ts';
import { accsOf, day, hour, part, views } from './setup.ts';

const pane = (tier = hour, start = minutes(0)): TierPane => ({ tier, key: 'home', start });

function setUp() {
  const store = new MemoryRollupStore();
  const clock = { now: 0 };
  return {
    store,
    clock,
    context: { store, now: () => clock.now },
    base: (minute: number, ...parts: ReturnType<typeof part>[]) =>
      store.panes.set(`views|home|${minutes(minute)}`, parts),
    results: ({ tier, start }: TierPane) => {
      const item = store.items.get(`${tier.name}|home|${start}`);
      return item?.accs && resultsOf(views, item.accs);
    },
  };
}

describe('compact', () => {
  it('merges the base panes of all lanes, and says until when the first of them is there', async () => {
    const { store, context, base, results } = setUp();
    base(0, part(900, 1, 2), part(500, 3));
    base(59, part(700, 4));
    base(60, part(100, 1_000));

    expect(await compact(context, pane())).toBe('made');

    expect(results(pane())).toEqual({ n: 4, ms: 10 });
    expect(store.items.get(`views@1h|home|${minutes(0)}`)).toMatchObject({
      records: 4,
      until: 500,
      version: 1,
    });
  });

  it('makes a coarser tier of the finer one', async () => {
    const { store, context, base, results } = setUp();
    base(0, part(900, 1));
    base(60, part(900, 2));
    for (const start of [0, 60]) await compact(context, pane(hour, minutes(start)));
    // It is the finer tier that is read, and no base pane.
    store.panes.clear();

    expect(await compact(context, pane(day))).toBe('made');

    expect(results(pane(day))).toEqual({ n: 2, ms: 3 });
    expect(store.items.get(`views@1d|home|${minutes(0)}`)?.until).toBe(minutes(60) + hour.retain);
  });

  it('replaces and never adds, and writes nothing where nothing changed', async () => {
    const { store, context, base, results } = setUp();
    base(0, part(900, 1));
    await compact(context, pane());
    expect(await compact(context, pane())).toBe('unchanged');

    base(0, part(900, 1), part(900, 5));
    expect(await compact(context, pane())).toBe('made');
    expect(await compact(context, pane())).toBe('unchanged');

    expect(results(pane())).toEqual({ n: 2, ms: 6 });
    expect(store.puts).toBe(2);
  });

  it('writes a value that has changed though there are as many records', async () => {
    const { context, base, results } = setUp();
    base(0, part(900, 1));
    await compact(context, pane());
    base(0, part(900, 7));

    expect(await compact(context, pane())).toBe('made');
    expect(results(pane())).toEqual({ n: 1, ms: 7 });
  });

  it('makes nothing of nothing', async () => {
    const { store, context } = setUp();

    expect(await compact(context, pane())).toBe('without data');
    expect(store.items.size).toBe(0);
  });

  it('keeps a pane once items that it was made of may be gone', async () => {
    const { context, clock, base, results } = setUp();
    base(0, part(500, 1));
    base(1, part(900, 2));
    await compact(context, pane());
    base(0);
    base(2, part(1_000, 4));

    clock.now = 500;
    expect(await compact(context, pane())).toBe('kept');
    expect(results(pane())).toEqual({ n: 2, ms: 3 });
  });

  it('looks at the clock after it has read the items, as they may go meanwhile', async () => {
    const { store, context, clock, base, results } = setUp();
    base(0, part(500, 1));
    await compact(context, pane());
    store.hook = (at) => {
      if (at !== 'parts') return;
      base(0);
      base(1, part(900, 2));
      clock.now = 500;
    };

    expect(await compact(context, pane())).toBe('kept');
    expect(results(pane())).toEqual({ n: 1, ms: 1 });
  });

  it('makes a pane again up to then', async () => {
    const { context, clock, base, results } = setUp();
    base(0, part(500, 1));
    await compact(context, pane());
    base(2, part(1_000, 4));
    clock.now = 499;

    expect(await compact(context, pane())).toBe('made');
    expect(results(pane())).toEqual({ n: 2, ms: 5 });
  });

  it('reads again what another wrote meanwhile', async () => {
    const { store, context, base, results } = setUp();
    base(0, part(900, 1));
    let raced = false;
    store.hook = async (at) => {
      if (at !== 'parts read' || raced) return;
      raced = true;
      base(1, part(900, 2));
      await compact(context, pane());
    };

    expect(await compact(context, pane())).toBe('unchanged');
    expect(results(pane())).toEqual({ n: 2, ms: 3 });
  });

  it('gives a pane up that others keep writing', async () => {
    const { store, context, base } = setUp();
    base(0, part(900, 1));
    store.put = () => Promise.resolve('nothing');

    await expect(compact(context, pane())).rejects.toThrow(RollupRaceError);
    await expect(compact(context, pane())).rejects.toThrow(
      'pane (views@1h, home) was written by others 5 times meanwhile',
    );
  });

  it('makes a pane without accumulators of one that is too large', async () => {
    const { store, context, base, results } = setUp();
    base(0, part(900, 1), { accs: undefined, records: 3, expires: 900 });

    expect(await compact(context, pane())).toBe('too large');

    expect(results(pane())).toBeUndefined();
    expect(store.items.get(`views@1h|home|${minutes(0)}`)?.records).toBe(4);
    expect(await compact(context, pane(day))).toBe('too large');
  });

  it('holds in the end what the base panes hold, whoever makes it and however their steps fall', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 9 })), {
          minLength: 1,
          maxLength: 6,
        }),
        async (s, changes) => {
          const { store, context, base, results } = setUp();
          const byMinute = new Map<number, number[]>();
          store.hook = () => s.schedule(Promise.resolve());
          // Each change of a base pane is followed by somebody who makes the tier's pane.
          const work = changes.map(async ([minute, ms]) => {
            await s.schedule(Promise.resolve());
            byMinute.set(minute, [...(byMinute.get(minute) ?? []), ms]);
            base(minute, part(900, ...(byMinute.get(minute) ?? [])));
            for (;;) {
              const done = await compact(context, pane()).catch(() => undefined);
              if (done !== undefined) return;
            }
          });
          await s.waitFor(Promise.all(work));

          const all = [...byMinute.values()].flat();
          expect(results(pane())).toEqual(resultsOf(views, accsOf(...all)));
        },
      ),
      { numRuns: 200 },
    );
  });
});
