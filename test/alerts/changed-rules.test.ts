import { beforeEach, describe, expect, it } from 'vitest';
import { evaluate } from '../../lib/alerts/evaluate.ts';
import { byGroup } from '../../lib/dispatch/by-group.ts';
import { tellGroup } from '../../lib/dispatch/tell-group.ts';
import type { Alert, Pipeline } from '../../lib/pipeline/pipeline.ts';
import { tumbling } from '../../lib/index.ts';
import { MemoryAlertStore, MemoryPaneReader, MemoryTimerStore, viewsPane } from '../support/memory-alerts.ts';
import { noDerivations } from '../support/memory-derived.ts';
import {
  MemoryAcknowledgementStore,
  MemoryGroupStore,
  MemorySilenceStore,
} from '../support/memory-dispatch.ts';
import { noRollups } from '../support/memory-rollups.ts';
import { busy, MINUTE, minutes, pipeline, slow, T0, views } from '../support/pipeline.ts';

let panes: MemoryPaneReader;
let alerts: MemoryAlertStore;
let timers: MemoryTimerStore;
let groups: MemoryGroupStore;

beforeEach(() => {
  [panes, alerts, timers] = [new MemoryPaneReader(), new MemoryAlertStore(), new MemoryTimerStore()];
  groups = new MemoryGroupStore();
});

/** Evaluates the panes of a rule up to a minute, and tells of what came of it. */
async function look(rule: Alert, minute: number, ...stored: ReturnType<typeof viewsPane>[]): Promise<void> {
  const only: Pipeline = { ...pipeline, aggregates: [views], alerts: [rule] };
  const [silences, acknowledgements] = [new MemorySilenceStore(), new MemoryAcknowledgementStore()];
  const dispatching = { groups, silences, acknowledgements, now: () => T0 };
  const shared = { pipeline: only, panes, alerts, timers, dispatching, concurrency: 2 };
  const context = { ...shared, rollups: noRollups, derivations: noDerivations };
  panes.put(...stored);
  panes.watermark = minutes(minute);
  const names = stored.map(({ key, start }) => ({ aggregate: 'views', key, start, lane: 'l' }));
  const { transitions } = await evaluate(context, names);
  for (const news of byGroup(only, transitions)) await tellGroup(context, news, minutes(minute));
}

const turned = () => alerts.stream.map(({ status, at }) => `${status} ${(at - T0) / MINUTE}`);
const told = () => groups.stream.map(({ group, kind, at }) => `${group} ${kind} ${(at - T0) / MINUTE}`);
const due = () => [...timers.timers.values()].map((timer) => (timer.due - T0) / MINUTE);

const grouped = (rule: Alert, ...groupBy: string[]): Alert => ({
  ...rule,
  telling: { ...rule.telling, groupBy },
});

describe('a rule that is changed while it fires', () => {
  it.each([
    ['together', 'page', [], 'home', ''],
    ['apart', undefined, ['page'], '', 'home'],
  ])(
    'is told to be over where it was told to fire, once it groups %s',
    async (_how, first, then, was, is) => {
      const before = grouped(slow, ...(first === undefined ? [] : [first]));
      const after = grouped(slow, ...then);
      await look(before, 1, viewsPane(0, [500, 500]));
      expect(told()).toEqual([`${was} firing 1`]);

      await look(after, 9);
      expect(told()).toEqual([`${was} firing 1`, `${was} resolved 4`]);

      await look(after, 11, viewsPane(10, [500, 500]));
      expect(told().slice(2)).toEqual([`${is} firing 11`]);
    },
  );

  it('goes on to be told of again where it was told', async () => {
    const renotify = (rule: Alert): Alert => ({
      ...rule,
      telling: { ...rule.telling, renotify: 2 * MINUTE },
    });
    await look(renotify(slow), 1, viewsPane(0, [500, 500]));
    const after = renotify(grouped(slow));
    await look(after, 3, viewsPane(1, [500, 500]), viewsPane(2, [500, 500]));
    await look(after, 7);

    expect(told()).toEqual(['home firing 1', 'home renotified 3', 'home renotified 5', 'home resolved 6']);
  });

  it('is judged by its new windows, and at no time between them', async () => {
    const patient: Alert = { ...busy, keepFiringFor: 10 * MINUTE };
    await look(patient, 7, viewsPane(1, [1, 1, 1, 1]));
    expect(turned()).toEqual(['firing 2', 'recovering 4']);
    expect(due()).toEqual([8]);

    const after: Alert = { ...patient, window: tumbling('3m'), size: 3 * MINUTE, slide: 3 * MINUTE };
    await look(after, 10);
    expect(due()).toEqual([12]);
    await look(after, 30);
    expect(turned().slice(2)).toEqual(['resolved 15']);
    expect(due()).toEqual([]);
  });

  it('is judged by its new delay, at the end of a window', async () => {
    const late: Alert = { ...busy, delay: 5 * MINUTE };
    await look(late, 8, viewsPane(1, [1, 1, 1, 1]));
    expect(turned()).toEqual(['firing 2']);
    expect(due()).toEqual([9]);

    await look({ ...late, delay: 2 * MINUTE }, 9);
    expect(turned().slice(1)).toEqual(['resolved 6']);
    expect(due()).toEqual([]);
  });
});
