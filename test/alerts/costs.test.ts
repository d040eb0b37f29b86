import { describe, expect, it } from 'vitest';
import { evaluate } from '../../lib/alerts/evaluate.ts';
import { byGroup } from '../../lib/dispatch/by-group.ts';
import { tellGroup } from '../../lib/dispatch/tell-group.ts';
import type { Pipeline } from '../../lib/pipeline/pipeline.ts';
import { MemoryAlertStore, MemoryPaneReader, MemoryTimerStore, viewsPane } from '../support/memory-alerts.ts';
import { noDerivations } from '../support/memory-derived.ts';
import {
  MemoryAcknowledgementStore,
  MemoryGroupStore,
  MemorySilenceStore,
} from '../support/memory-dispatch.ts';
import { noRollups } from '../support/memory-rollups.ts';
import { minutes, pipeline, slow, T0, views } from '../support/pipeline.ts';

const only: Pipeline = { ...pipeline, aggregates: [views], alerts: [slow] };

function setUp() {
  const [panes, alerts, timers] = [new MemoryPaneReader(), new MemoryAlertStore(), new MemoryTimerStore()];
  const groups = new MemoryGroupStore();
  const [silences, acknowledgements] = [new MemorySilenceStore(), new MemoryAcknowledgementStore()];
  const dispatching = { groups, silences, acknowledgements, now: () => T0 };
  const shared = { pipeline: only, panes, alerts, timers, dispatching, concurrency: 1 };
  const context = { ...shared, rollups: noRollups, derivations: noDerivations };
  let steps: string[] = [];
  for (const store of [panes, alerts, timers, groups, silences, acknowledgements]) {
    store.hook = (step) => {
      if (!step.endsWith('ed') && !step.startsWith('written')) steps.push(step);
    };
  }
  return {
    /** Evaluates a minute's pane at its end. */
    look: (minute: number, ms: readonly number[]) => {
      const { key, start } = viewsPane(minute, ms);
      panes.put(viewsPane(minute, ms));
      panes.watermark = minutes(minute + 1);
      return evaluate(context, [{ aggregate: 'views', key, start, lane: 'l' }]);
    },
    tell: async (transitions: Awaited<ReturnType<typeof evaluate>>['transitions'], minute: number) => {
      for (const news of byGroup(only, transitions)) await tellGroup(context, news, minutes(minute));
    },
    /** The steps since it was asked last, and how often each was taken. */
    costs: () => {
      const counted: Record<string, number> = {};
      for (const step of steps) counted[step] = (counted[step] ?? 0) + 1;
      steps = [];
      return counted;
    },
  };
}

describe('what a window of a plain rule costs', () => {
  it('is to read its alert and its panes once, and to move its timer', async () => {
    const { look, costs } = setUp();
    await look(0, [10, 10]);
    await look(1, [10, 10]);
    costs();

    await look(2, [10, 10]);

    const { add, ...steps } = costs();
    expect(steps).toEqual({ readWatermark: 1, due: 1, read: 1, readRange: 1, remove: 1 });
    expect(add).toBeLessThanOrEqual(3);
  });

  it('is a write more if it makes the alert fire, and one of its group with what that asks for', async () => {
    const { look, tell, costs } = setUp();
    await look(0, [10]);
    costs();

    const { transitions } = await look(1, [500, 500]);
    expect(costs()).toMatchObject({ read: 1, readRange: 1, write: 1 });

    await tell(transitions, 2);
    expect(costs()).toEqual({ 'read group': 1, 'list silences': 1, 'write group': 1 });
  });
});
