import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../lib/alerts/evaluate.ts';
import type { AlertState } from '../../lib/alerts/state.ts';
import { Fold } from '../../lib/fold/fold.ts';
import { PaneMap } from '../../lib/fold/pane-map.ts';
import type { Pane } from '../../lib/fold/pane.ts';
import type { Alert, Pipeline } from '../../lib/pipeline/pipeline.ts';
import { ReplayRule } from '../../lib/replay/rule.ts';
import { MemoryAlertStore, MemoryPaneReader, MemoryTimerStore } from '../support/memory-alerts.ts';
import { noDerivations } from '../support/memory-derived.ts';
import { noDispatching } from '../support/memory-dispatch.ts';
import { noRollups } from '../support/memory-rollups.ts';
import { busy, MINUTE, minutes, pipeline, slow, T0, views } from '../support/pipeline.ts';

interface Happening {
  /** Minutes after the one before; below zero it is out of order. */
  readonly after: number;
  readonly page: string;
  readonly ms: number;
  /** Whether whoever judges looks now. */
  readonly look: boolean;
}

const happening: fc.Arbitrary<Happening> = fc.record({
  after: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(0, 0.25, 0.5, 1, 2) },
    { weight: 1, arbitrary: fc.constantFrom(-0.5, 5, 12) },
  ),
  page: fc.constantFrom('home', 'cart', 'a|b'),
  ms: fc.constantFrom(10, 75, 500),
  look: fc.boolean(),
});
const history = fc.array(happening, { minLength: 1, maxLength: 60 });

// A slide that does not divide the size, and one that makes windows of different minutes end together.
const over = (size: number, slide: number, offset = 0) => ({ window: { size, slide, offset }, size, slide });
const odd: Alert = { ...slow, name: 'odd', ...over(5 * MINUTE, 2 * MINUTE) };
const long: Alert = { ...busy, name: 'long', ...over(6 * MINUTE, 3 * MINUTE, MINUTE) };
const alerts: readonly Alert[] = [slow, busy, odd, long];
const only: Pipeline = { ...pipeline, aggregates: [views], alerts };

/** Folds a history, and calls `look` with the panes that are new since the last look. */
async function happen(
  list: readonly Happening[],
  panes: PaneMap,
  fresh: Pane[],
  look: (watermark: number, fresh: Pane[]) => Promise<void> | void,
): Promise<void> {
  const fold = new Fold(only, -Infinity, { panes: [panes] });
  let time = T0;
  for (const { after, page, ms, look: now } of list) {
    time += after * MINUTE;
    fold.add({ time, keys: [page.replace('|', '\\|')], inputs: [1, ms, ms] }, '1');
    if (now) await look(fold.watermark, fresh.splice(0));
  }
  await look(minutes(1e6), fresh.splice(0));
}

async function live(list: readonly Happening[]): Promise<AlertState[]> {
  const [reader, store, timers] = [new MemoryPaneReader(), new MemoryAlertStore(), new MemoryTimerStore()];
  const fresh: Pane[] = [];
  const told: AlertState[] = [];
  const panes = new PaneMap(views, (pane) => {
    fresh.push(pane);
    reader.put(pane);
  });
  await happen(list, panes, fresh, async (watermark, stored) => {
    reader.watermark = watermark;
    const context = {
      pipeline: only,
      panes: reader,
      alerts: store,
      timers,
      rollups: noRollups,
      derivations: noDerivations,
      dispatching: noDispatching,
      concurrency: 2,
    };
    const names = stored.map(({ aggregate, key, start }) => ({
      aggregate: aggregate.name,
      key,
      start,
      lane: 'l',
    }));
    told.push(...(await evaluate(context, names)).transitions);
  });
  expect(told).toHaveLength(store.stream.length);
  return told;
}

async function replayed(list: readonly Happening[]): Promise<AlertState[]> {
  const fresh: Pane[] = [];
  const rules: ReplayRule[] = [];
  const panes = new PaneMap(views, (pane) => {
    for (const rule of rules) rule.expect(pane);
  });
  for (const alert of alerts) rules.push(new ReplayRule(alert, panes));
  const told: AlertState[] = [];
  await happen(list, panes, fresh, (watermark) => {
    for (const rule of rules) told.push(...rule.judge(watermark));
  });
  return told;
}

const inOrder = (states: readonly AlertState[]) =>
  [...states].sort((a, b) => nameOf(a).localeCompare(nameOf(b)) || a.version - b.version);
const nameOf = ({ alert, key }: AlertState) => `${alert}|${key}`;

describe('live and replayed judgement', () => {
  it('come to the same transitions over the same records', async () => {
    let transitions = 0;
    await fc.assert(
      fc.asyncProperty(history, async (list) => {
        const told = inOrder(await live(list));

        expect(told).toEqual(inOrder(await replayed(list)));
        transitions += told.length;
      }),
      { numRuns: 300 },
    );
    expect(transitions).toBeGreaterThan(1_000);
  });

  it('come to the same transitions, however often one looks', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (list) => {
        const inTime = list.map((one) => ({ ...one, after: Math.max(0, one.after) }));

        const always = await live(inTime.map((one) => ({ ...one, look: true })));
        const once = await live(inTime.map((one) => ({ ...one, look: false })));

        expect(inOrder(always)).toEqual(inOrder(once));
      }),
      { numRuns: 150 },
    );
  });
});

describe('evaluators at the same time', () => {
  it('write one history of each alert, and the same as one evaluator alone', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        history,
        fc.integer({ min: 2, max: 3 }),
        async (s, list, evaluators) => {
          const [reader, store, timers] = [
            new MemoryPaneReader(),
            new MemoryAlertStore(),
            new MemoryTimerStore(),
          ];
          for (const part of [reader, store, timers]) part.hook = () => s.schedule(Promise.resolve());
          const fresh: Pane[] = [];
          const panes = new PaneMap(views, (pane) => {
            fresh.push(pane);
            reader.put(pane);
          });
          const inTime = list.map((one) => ({ ...one, after: Math.max(0, one.after) }));

          await happen(inTime, panes, fresh, async (watermark, stored) => {
            reader.watermark = watermark;
            const context = {
              pipeline: only,
              panes: reader,
              alerts: store,
              timers,
              rollups: noRollups,
              derivations: noDerivations,
              dispatching: noDispatching,
              concurrency: 2,
            };
            const names = stored.map(({ aggregate, key, start }) => ({
              aggregate: aggregate.name,
              key,
              start,
              lane: 'l',
            }));
            // Each is told of some of the panes, and all of them may be told of the same.
            const all = Promise.all(
              Array.from({ length: evaluators }, (_, i) =>
                evaluate(
                  context,
                  names.filter((_, n) => n % (i + 1) === 0),
                ),
              ),
            );
            await s.waitFor(all);
          });

          expect(inOrder(store.stream)).toEqual(inOrder((await live(inTime)).map(stripped)));
        },
      ),
      { numRuns: 100 },
    );
  });
});

/** A transition as it comes back from an item: NaN has become null. */
function stripped(state: AlertState): AlertState {
  return { ...state, value: JSON.parse(JSON.stringify(state.value)) as AlertState['value'] };
}
