import { describe, expect, it } from 'vitest';
import { evaluate } from '../../lib/alerts/evaluate.ts';
import { WarmTimers } from '../../lib/alerts/warm-timers.ts';
import type { Compacted } from '../../lib/rollup/port.ts';
import type { PaneName } from '../../lib/store/keys.ts';
import { MemoryAlertStore, MemoryPaneReader, MemoryTimerStore } from '../support/memory-alerts.ts';
import { noDerivations } from '../support/memory-derived.ts';
import { noDispatching } from '../support/memory-dispatch.ts';
import { MemoryRollupStore } from '../support/memory-rollups.ts';
import { minutes } from '../support/pipeline.ts';
import { part, tiered } from './setup.ts';

const HOURS = 60;
const name = (aggregate: string, minute: number): PaneName => ({
  aggregate,
  key: 'home',
  start: minutes(minute),
  lane: '',
});

function setUp() {
  const [panes, timers, store] = [new MemoryPaneReader(), new MemoryTimerStore(), new MemoryRollupStore()];
  const clock = { now: 0 };
  const outcomes: [string, Compacted][] = [];
  const context = {
    pipeline: tiered,
    panes,
    alerts: new MemoryAlertStore(),
    timers,
    warm: new WarmTimers(),
    concurrency: 2,
    derivations: noDerivations,
    dispatching: noDispatching,
    rollups: {
      store,
      now: () => clock.now,
      onCompacted: ({ tier }: { tier: { name: string } }, outcome: Compacted) =>
        outcomes.push([tier.name, outcome]),
    },
  };
  return {
    panes,
    store,
    clock,
    outcomes,
    base: (minute: number, ...ms: readonly number[]) =>
      store.panes.set(`views|home|${minutes(minute)}`, [part(minutes(1e5), ...ms)]),
    step: (until: number, fresh: readonly PaneName[] = [], updated: readonly PaneName[] = []) => {
      panes.watermark = minutes(until);
      return evaluate(context, fresh, updated);
    },
    due: () =>
      [...timers.timers.values()].map(({ job, due }) => `${job} at ${(due - minutes(0)) / 60_000}`).sort(),
  };
}

describe('the work of tiers', () => {
  it('waits for the pane’s end and the allowed lateness, and is done once', async () => {
    const { base, step, store, due, outcomes } = setUp();
    base(0, 1);
    base(59, 2);

    await step(64, [name('views', 0), name('views', 59)]);
    expect(due()).toEqual(['views@1h at 65']);
    expect(store.items.size).toBe(0);

    await step(65);
    expect(due()).toEqual([]);
    expect([...store.items.keys()]).toEqual([`views@1h|home|${minutes(0)}`]);
    expect(outcomes).toEqual([['views@1h', 'made']]);
  });

  it('goes on to the next tier by the change of the finer one', async () => {
    const { base, step, store, due } = setUp();
    base(0, 1);
    await step(65, [name('views', 0)]);

    await step(66, [name('views@1h', 0)]);
    expect(due()).toEqual([`views@1d at ${24 * HOURS + 5}`]);

    await step(24 * HOURS + 5);
    expect([...store.items.keys()]).toContain(`views@1d|home|${minutes(0)}`);
  });

  it('is done again at once for what comes late, and for that alone', async () => {
    const { base, step, store, outcomes } = setUp();
    base(0, 1);
    await step(65, [name('views', 0)]);
    base(0, 1, 5);

    await step(70, [], [name('views', 0)]);

    expect(store.items.get(`views@1h|home|${minutes(0)}`)).toMatchObject({ records: 2, version: 2 });
    expect(outcomes).toEqual([
      ['views@1h', 'made'],
      ['views@1h', 'made'],
    ]);
  });

  it('makes finer tiers before coarser ones that are due at the same time', async () => {
    const { base, step, store, outcomes } = setUp();
    base(0, 1);
    await step(65, [name('views', 0)]);
    await step(66, [name('views@1h', 0)]);
    base(1, 2);

    await step(2 * 24 * HOURS, [name('views', 1)]);

    expect(outcomes.slice(1)).toEqual([
      ['views@1h', 'made'],
      ['views@1d', 'made'],
    ]);
    expect(store.items.get(`views@1d|home|${minutes(0)}`)?.records).toBe(2);
  });

  it('tells of a pane that is kept, and takes the timer away', async () => {
    const { base, step, store, clock, outcomes, due } = setUp();
    base(0, 1);
    await step(65, [name('views', 0)]);
    clock.now = minutes(1e5);
    base(0, 1, 5);

    await step(70, [], [name('views', 0)]);

    expect(outcomes.at(-1)).toEqual(['views@1h', 'kept']);
    expect(store.items.get(`views@1h|home|${minutes(0)}`)?.records).toBe(1);
    expect(due()).toEqual([]);
  });

  it('is done though nobody asks what came of it', async () => {
    const { panes, store, base } = setUp();
    base(0, 1);
    panes.watermark = minutes(65);

    await evaluate(
      {
        pipeline: tiered,
        panes,
        alerts: new MemoryAlertStore(),
        timers: new MemoryTimerStore(),
        derivations: noDerivations,
        dispatching: noDispatching,
        rollups: { store, now: () => 0 },
        concurrency: 1,
      },
      [name('views', 0)],
    );

    expect(store.items.size).toBe(1);
  });
});
