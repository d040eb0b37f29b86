import { beforeEach, describe, expect, it } from 'vitest';
import { evaluate } from '../../lib/alerts/evaluate.ts';
import { withTransitions } from '../../lib/alerts/write-judgement.ts';
import { runGroup } from '../../lib/dispatch/run-group.ts';
import type { Alert, Pipeline } from '../../lib/pipeline/pipeline.ts';
import { MemoryAlertStore, MemoryPaneReader, MemoryTimerStore, viewsPane } from '../support/memory-alerts.ts';
import { noDerivations } from '../support/memory-derived.ts';
import {
  MemoryAcknowledgementStore,
  MemoryGroupStore,
  MemorySilenceStore,
} from '../support/memory-dispatch.ts';
import { noRollups } from '../support/memory-rollups.ts';
import { MINUTE, minutes, pipeline, slow, T0, views } from '../support/pipeline.ts';

const again: Alert = { ...slow, telling: { ...slow.telling, renotify: 2 * MINUTE } };
const only: Pipeline = { ...pipeline, aggregates: [views], alerts: [again] };
const nameOf = ({ key, start }: ReturnType<typeof viewsPane>) => ({
  aggregate: 'views',
  key,
  start,
  lane: 'l',
});

let panes: MemoryPaneReader;
let alerts: MemoryAlertStore;
let timers: MemoryTimerStore;
let groups: MemoryGroupStore;
let acknowledgements: MemoryAcknowledgementStore;
let context: Parameters<typeof evaluate>[0];

beforeEach(() => {
  panes = new MemoryPaneReader();
  alerts = new MemoryAlertStore();
  timers = new MemoryTimerStore();
  groups = new MemoryGroupStore();
  acknowledgements = new MemoryAcknowledgementStore();
  const silences = new MemorySilenceStore();
  const dispatching = { groups, silences, acknowledgements, now: () => T0 };
  const shared = { pipeline: only, panes, alerts, timers, dispatching, concurrency: 2 };
  context = { ...shared, rollups: noRollups, derivations: noDerivations };
});

/** Evaluates panes of a minute at its end, and tells the group of what came of it. */
async function fire(): Promise<void> {
  const pane = viewsPane(0, [500, 500]);
  panes.put(pane);
  panes.watermark = minutes(1);
  const { transitions } = await evaluate(context, [nameOf(pane)]);
  await runGroup(context, again, 'home', transitions, minutes(1));
}

const kinds = () => groups.stream.map(({ kind, at }) => `${kind} ${(at - T0) / MINUTE}`);

describe('the job of a group', () => {
  it('tells again of an alert that goes on firing, without being counted as a judgement', async () => {
    await fire();
    panes.put(viewsPane(1, [500]), viewsPane(2, [500]));
    panes.watermark = minutes(3);

    const { judged } = await evaluate(context, []);

    expect(judged).toBe(1);
    expect(kinds()).toEqual(['firing 1', 'renotified 3']);
    expect([...timers.timers.values()].filter(({ job }) => job === '#group|slow')).toMatchObject([
      { key: 'home', due: minutes(5) },
    ]);
  });

  it('does not tell again of one that is acknowledged', async () => {
    await fire();
    await acknowledgements.put({
      alert: 'slow',
      key: 'home',
      since: minutes(1),
      author: 'ann',
      comment: '',
      at: minutes(2),
    });
    panes.put(viewsPane(1, [500]), viewsPane(2, [500]));
    panes.watermark = minutes(3);

    await evaluate(context, []);

    expect(kinds()).toEqual(['firing 1']);
  });

  it('leaves a group alone that has transitions to come, and lets who brings them tell', async () => {
    await fire();
    const clear = viewsPane(
      1,
      [10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10],
    );
    panes.put(clear);
    panes.watermark = minutes(9);

    const { transitions } = await evaluate(context, [nameOf(clear)]);
    expect(transitions).toMatchObject([{ status: 'resolved' }]);
    expect(kinds()).toEqual(['firing 1']);

    // As if another evaluation had written it.
    await timers.add([{ job: '#group|slow', key: 'home', due: minutes(3) }]);
    await evaluate(context, []);
    expect(kinds()).toEqual(['firing 1']);

    await runGroup(context, again, 'home', transitions, minutes(9));
    expect(kinds()).toEqual(['firing 1', 'renotified 3', 'resolved 4']);
  });

  it('takes what nobody has brought for a day from where it is kept', async () => {
    await fire();
    panes.watermark = minutes(9);
    // Its resolve is lost on the way, and the alert is pending again by now.
    const { transitions } = await evaluate(context, []);
    const [resolved] = transitions;
    const kept = await alerts.read('slow', 'home');
    if (resolved === undefined || kept === undefined) throw new Error('there is no resolve');
    const pending = { ...resolved, status: 'pending', at: minutes(8), version: 3 } as const;
    await alerts.write(withTransitions(kept, [pending]), [pending]);

    for (const minute of [1439, 1450]) {
      await timers.add([{ job: '#group|slow', key: 'home', due: minutes(3) }]);
      panes.watermark = minutes(minute);
      await evaluate(context, []);
      expect(kinds()).toEqual(minute === 1439 ? ['firing 1'] : ['firing 1', 'renotified 3', 'resolved 4']);
    }
  });

  it('is cleared away with its rule', async () => {
    await fire();
    panes.watermark = minutes(9);

    await evaluate({ ...context, pipeline: { ...only, alerts: [] } }, []);

    expect(timers.timers.size).toBe(0);
    expect(kinds()).toEqual(['firing 1']);
  });
});
