import { describe, expect, it } from 'vitest';
import { evaluate } from '../../lib/alerts/evaluate.ts';
import type { Timer } from '../../lib/alerts/port.ts';
import { WarmTimers } from '../../lib/alerts/warm-timers.ts';
import type { PaneName } from '../../lib/store/keys.ts';
import { MemoryAlertStore, MemoryPaneReader, MemoryTimerStore, viewsPane } from '../support/memory-alerts.ts';
import { noDerivations } from '../support/memory-derived.ts';
import { noDispatching } from '../support/memory-dispatch.ts';
import { noRollups } from '../support/memory-rollups.ts';
import { minutes, pipeline } from '../support/pipeline.ts';

const timer = (due: number, key = 'home', job = 'slow'): Timer => ({ job, key, due });

describe('the timers that an environment knows', () => {
  it('are those that it was told of, by job, key and time', () => {
    const warm = new WarmTimers();
    warm.add([timer(1)]);

    expect(warm.has({ ...timer(1), token: 'x' })).toBe(true);
    for (const other of [timer(2), timer(1, 'cart'), timer(1, 'home', 'busy')])
      expect(warm.has(other)).toBe(false);
  });

  it('are the latest ones, where there are too many', () => {
    const warm = new WarmTimers(2);
    warm.add([timer(1), timer(2)]);
    warm.add([timer(1)]);

    warm.add([timer(3)]);

    expect([1, 2, 3].map((due) => warm.has(timer(due)))).toEqual([true, false, true]);
  });
});

describe('evaluate in an environment that remembers', () => {
  const name: PaneName = { aggregate: 'views', key: 'home', start: minutes(0), lane: 'l' };

  function setUp() {
    const [panes, alerts, timers] = [new MemoryPaneReader(), new MemoryAlertStore(), new MemoryTimerStore()];
    const warm = new WarmTimers();
    const context = {
      pipeline,
      panes,
      alerts,
      timers,
      rollups: noRollups,
      derivations: noDerivations,
      dispatching: noDispatching,
      warm,
      concurrency: 1,
    };
    const set: string[] = [];
    const add = timers.add.bind(timers);
    timers.add = (added) => {
      set.push(...added.map(({ job, due }) => `${job} ${due - minutes(0)}`));
      return add(added);
    };
    return { context, panes, alerts, timers, set };
  }

  it('sets a timer once while the watermark is below it, however many lanes have a part of the pane', async () => {
    const { context, panes, set } = setUp();
    panes.put(viewsPane(0, [500, 500]));
    panes.watermark = minutes(0.5);

    await evaluate(context, [name]);
    await evaluate(context, [{ ...name, lane: 'other' }]);
    await evaluate(context, [], [name]);

    expect(set).toEqual(['slow 60000', 'busy 120000']);
  });

  it('sets a timer again that is due, and judges it', async () => {
    const { context, panes, alerts, set } = setUp();
    panes.put(viewsPane(0, [1, 1]));
    panes.watermark = minutes(1);
    await evaluate(context, [name]);
    expect(alerts.stream).toEqual([]);
    set.length = 0;

    // A lane that was idle brings more of it.
    panes.put(viewsPane(0, [500, 500]));
    await evaluate(context, [{ ...name, lane: 'other' }]);

    expect(set).toContain('slow 60000');
    expect(alerts.stream).toMatchObject([{ alert: 'slow', status: 'firing', at: minutes(1) }]);
  });

  it('does not take a timer for set that could not be', async () => {
    const { context, panes, timers, set } = setUp();
    panes.watermark = minutes(0.5);
    timers.hook = () => {
      throw new Error('throttled');
    };
    await expect(evaluate(context, [name])).rejects.toThrow('throttled');
    timers.hook = () => undefined;
    set.length = 0;

    await evaluate(context, [name]);

    expect(set).toEqual(['slow 60000', 'busy 120000']);
  });

  it('keeps the watermark before it judges by it', async () => {
    const { context, panes, alerts } = setUp();
    panes.put(viewsPane(0, [500, 500]));
    panes.readWatermarks = () =>
      Promise.resolve({ watermark: minutes(2), kept: minutes(0), furthest: minutes(2) });
    const kept: number[] = [];
    panes.keepWatermark = (watermark) => {
      expect(alerts.stream).toEqual([]);
      kept.push(watermark);
      return Promise.resolve();
    };

    await evaluate(context, [name]);

    expect(kept).toEqual([minutes(2)]);
    expect(alerts.stream).toHaveLength(1);
  });
});
