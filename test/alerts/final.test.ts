import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { evaluate } from '../../lib/alerts/evaluate.ts';
import type { AlertState } from '../../lib/alerts/state.ts';
import { Fold } from '../../lib/fold/fold.ts';
import { PaneMap } from '../../lib/fold/pane-map.ts';
import type { Pane } from '../../lib/fold/pane.ts';
import { count, definePipeline, tumbling } from '../../lib/index.ts';
import type { AlertDefinition } from '../../lib/pipeline/alert-definition.ts';
import type { Pipeline } from '../../lib/pipeline/pipeline.ts';
import { Replay } from '../../lib/replay/replay.ts';
import { MemoryAlertStore, MemoryPaneReader, MemoryTimerStore } from '../support/memory-alerts.ts';
import { noDerivations } from '../support/memory-derived.ts';
import { noDispatching } from '../support/memory-dispatch.ts';
import { noRollups } from '../support/memory-rollups.ts';
import { minutes, MINUTE, T0 } from '../support/pipeline.ts';

type Rule = AlertDefinition<'clicks', { n: number }>;

/** A rule that is judged on time, and once more when its windows are final. */
const judgedBy = (when: Rule['when']): Pipeline =>
  definePipeline(z.object({ at: z.number() }), {
    eventTime: (event) => event.at,
    aggregates: { clicks: { key: {}, pane: '1m', allowedLateness: '10m', measures: { n: count() } } },
    alerts: {
      onTime: { on: 'clicks', over: tumbling('5m'), when },
      final: { on: 'clicks', over: tumbling('5m'), when, judge: 'final' },
    },
  });

// A condition that a record which comes late can make untrue.
const pipeline = judgedBy((window) => window.n < 3);

const shown = (states: readonly AlertState[]): string[] =>
  states.map(
    ({ alert, status, at, judged, value }) =>
      `${alert} ${status} at ${(at - T0) / MINUTE} by ${String(value.n)} ${judged}`,
  );

/** What is told of events at these minutes. */
function replayed(at: readonly number[]): string[] {
  const told: AlertState[] = [];
  const replay = new Replay(pipeline, {
    pane: () => undefined,
    alert: (transition) => told.push(transition),
    refused: () => undefined,
  });
  const lane = replay.lane();
  for (const minute of at) replay.add(lane, { at: minutes(minute) }, undefined);
  replay.finish();
  return shown(told);
}

async function live(at: readonly number[], looks: readonly boolean[]): Promise<string[]> {
  const [reader, alerts, timers] = [new MemoryPaneReader(), new MemoryAlertStore(), new MemoryTimerStore()];
  const context = {
    pipeline,
    panes: reader,
    alerts,
    timers,
    rollups: noRollups,
    derivations: noDerivations,
    dispatching: noDispatching,
  };
  const [panes, changed, known] = [new PaneMap(pipeline.aggregates[0]!), new Set<Pane>(), new Set<Pane>()];
  const onAdd = (pane: Pane): void => {
    changed.add(pane);
  };
  const fold = new Fold(pipeline, -Infinity, { panes: [panes], onAdd });
  for (const [i, minute] of at.entries()) {
    fold.add({ time: minutes(minute), keys: [''], inputs: [1] }, '1');
    if (looks[i] === false && i < at.length - 1) continue;
    reader.watermark = fold.watermark;
    reader.put(...changed);
    const names = (isNew: boolean) =>
      [...changed]
        .filter((pane) => known.has(pane) !== isNew)
        .map(({ key, start }) => ({ aggregate: 'clicks', key, start, lane: 'l' }));
    await evaluate({ ...context, concurrency: 2 }, names(true), names(false));
    for (const pane of changed) known.add(pane);
    changed.clear();
  }
  return shown(alerts.stream);
}

// Of the window of minutes 0 to 5, the third comes when the watermark is at 6.
const LATE = [0, 1, 6, 2, 7, 8, 30];

describe('with a record that comes late', () => {
  it.each([
    ['live', () => live(LATE, [])],
    ['in a replay', () => Promise.resolve(replayed(LATE))],
  ])(
    'a rule on time has spoken %s, and one that is final sees it in the first place',
    async (_where, told) => {
      expect((await told()).sort()).toEqual([
        'onTime firing at 5 by 2 onTime',
        'onTime resolved at 10 by 3 onTime',
      ]);
    },
  );

  it.each([
    ['live', () => live([0, 6, 1, 7, 8, 30], [])],
    ['in a replay', () => Promise.resolve(replayed([0, 6, 1, 7, 8, 30]))],
  ])('a rule that is final says %s what all of them imply', async (_where, told) => {
    expect((await told()).sort()).toEqual([
      'final firing at 5 by 2 final',
      'final resolved at 10 by 3 final',
      'onTime firing at 5 by 1 onTime',
      'onTime resolved at 10 by 3 onTime',
    ]);
  });

  it('a rule on time judges its window again, and a final one not before the lateness has passed', () => {
    const told: AlertState[] = [];
    const replay = new Replay(
      judgedBy((window) => window.n >= 3),
      {
        pane: () => undefined,
        alert: (transition) => told.push(transition),
        refused: () => undefined,
      },
    );
    const lane = replay.lane();
    const add = (...at: readonly number[]): string[] => {
      told.length = 0;
      for (const minute of at) replay.add(lane, { at: minutes(minute) }, undefined);
      return shown(told);
    };

    expect(add(0, 1, 6)).toEqual([]);
    expect(add(2)).toEqual(['onTime firing at 5 by 3 onTime']);
    expect(add(14.9)).toEqual(['onTime resolved at 10 by 1 onTime']);
    expect(add(15)).toEqual(['final firing at 5 by 3 final']);
  });
});

it('a final rule says the same live and in a replay, whatever comes late and however often one looks', async () => {
  const events = fc.array(fc.constantFrom(-4, -2, 0, 0.5, 1, 3, 12), { minLength: 1, maxLength: 40 });
  let told = 0;
  await fc.assert(
    fc.asyncProperty(events, fc.array(fc.boolean()), async (steps, looks) => {
      let at = 10;
      const all = steps.map((step) => (at = Math.max(0, at + step)));
      const isFinal = (line: string): boolean => line.startsWith('final');
      // Long after all others, so that everything is judged.
      const list = [...all, 1_000];

      const final = (await live(list, looks)).filter(isFinal);
      expect(final).toEqual(replayed(list).filter(isFinal));
      told += final.length;
    }),
    { numRuns: 200 },
  );
  expect(told).toBeGreaterThan(200);
});
