import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, type EvaluateContext } from '../../lib/alerts/evaluate.ts';
import { judgeKey } from '../../lib/alerts/judge.ts';
import type { AlertState } from '../../lib/alerts/state.ts';
import { PaneMap } from '../../lib/fold/pane-map.ts';
import { mergeAccs, type Pane } from '../../lib/fold/pane.ts';
import type { Alert, Pipeline } from '../../lib/pipeline/pipeline.ts';
import { ReplayRule } from '../../lib/replay/rule.ts';
import {
  bruteAlerts,
  type BruteRule,
  type BruteTransition,
  type BruteWindow,
} from '../support/brute-alerts.ts';
import { MemoryAlertStore, MemoryPaneReader, MemoryTimerStore, viewsPane } from '../support/memory-alerts.ts';
import { noDerivations } from '../support/memory-derived.ts';
import { noDispatching } from '../support/memory-dispatch.ts';
import { noRollups } from '../support/memory-rollups.ts';
import { MINUTE, minutes, pipeline, slow, views } from '../support/pipeline.ts';

/** A rule over the number of views in a window. */
interface Case extends BruteRule {
  readonly size: number;
}

const breaches: Case['severities'][] = [
  [{ name: 'warning', when: (n) => n > 1 }],
  [
    { name: 'warning', when: (n) => n > 1 },
    { name: 'critical', when: (n) => n > 2 },
  ],
  [
    { name: 'info', when: (n) => n > 0 },
    { name: 'warning', when: (n) => n > 1 },
    { name: 'critical', when: (n) => n > 3 },
  ],
  // Not each within the one before.
  [
    { name: 'warning', when: (n) => n === 2 },
    { name: 'critical', when: (n) => n === 3 },
  ],
];

const rules: fc.Arbitrary<Case> = fc
  .record({
    shape: fc.constantFrom([1, 1], [2, 2], [3, 1], [4, 2]),
    pendingFor: fc.constantFrom(0, 0, 1, 2, 2.5, 4),
    keepFiringFor: fc.constantFrom(0, 0, 1, 2, 3.5),
    of: fc.constantFrom(1, 1, 2, 3, 5),
    least: fc.nat(),
    missing: fc.constantFrom('ok' as const, 'breach' as const, 'keep' as const, 'ignore' as const),
    severities: fc.constantFrom(...breaches),
    clear: fc.constantFrom(
      undefined,
      undefined,
      (n: number) => n < 2,
      (n: number) => n < 1,
      (n: number) => n !== 2,
    ),
  })
  .map(({ shape: [size = 1, slide = 1], pendingFor, keepFiringFor, of, least, ...rest }) => ({
    ...rest,
    size: size * MINUTE,
    slide: slide * MINUTE,
    pendingFor: pendingFor * slide * MINUTE,
    keepFiringFor: keepFiringFor * slide * MINUTE,
    atLeast: { windows: 1 + (least % of), of },
  }));

function alertOf({ severities, size, slide, clear, ...rest }: Case): Alert {
  return {
    ...slow,
    ...rest,
    name: 'checked',
    window: { size, slide },
    size,
    slide,
    levels: severities.map(({ name, when }) => ({ severity: name, when: ({ n }) => when(n as number) })),
    severity: severities[0]!.name,
    clear: clear && (({ n }) => clear(n as number)),
  };
}

/** What has happened of one key: how many views in each minute. */
type Views = Map<number, number>;

/** Every window from the first that has data to the last that is over. */
function windowsOf({ size, slide }: Case, views: Views, watermark: number): BruteWindow[] {
  const first = Math.min(...views.keys());
  if (first === Infinity) return [];
  const windows: BruteWindow[] = [];
  const step = slide / MINUTE;
  for (let end = Math.ceil((first + 1) / step) * step; end <= watermark; end += step) {
    let value: number | undefined;
    for (let minute = end - size / MINUTE; minute < end; minute++) {
      const n = views.get(minute);
      if (n !== undefined) value = (value ?? 0) + n;
    }
    windows.push({ end: minutes(end), value });
  }
  return windows;
}

/** Between two looks: views in minutes that lie so far from where the watermark is by then. */
interface Step {
  /** Minutes by which the watermark goes on. */
  readonly on: number;
  readonly views: readonly { readonly ago: number; readonly n: number }[];
}

const steps = (late: boolean): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.record({
      on: fc.oneof(
        { weight: 5, arbitrary: fc.constantFrom(0, 1, 1, 2) },
        { weight: 1, arbitrary: fc.nat(25) },
      ),
      views: fc.array(
        fc.record({ ago: fc.integer({ min: -3, max: late ? 6 : -1 }), n: fc.integer({ min: 1, max: 3 }) }),
        { maxLength: 4, size: 'max' },
      ),
    }),
    { minLength: 1, maxLength: 25, size: 'max' },
  );

/** Takes the steps one by one; after the last one it is silent for long. */
async function walk(
  list: readonly Step[],
  look: (watermark: number, views: Views, fresh: number[], updated: number[]) => Promise<void> | void,
): Promise<void> {
  const seen: Views = new Map();
  let watermark = 0;
  for (const { on, views } of [...list, { on: 40, views: [] }]) {
    const [fresh, updated] = [new Set<number>(), new Set<number>()];
    for (const { ago, n } of views) {
      // Seen from before the watermark went on: what is on time is not behind it then.
      const minute = Math.max(0, watermark - ago);
      if (!seen.has(minute)) fresh.add(minute);
      else if (!fresh.has(minute)) updated.add(minute);
      seen.set(minute, (seen.get(minute) ?? 0) + n);
    }
    watermark += on;
    await look(watermark, seen, [...fresh], [...updated]);
  }
}

async function brute(rule: Case, list: readonly Step[]): Promise<BruteTransition[]> {
  const given: BruteTransition[] = [];
  await walk(list, (watermark, views) => {
    given.push(...bruteAlerts(rule, windowsOf(rule, views, watermark), given.at(-1)));
  });
  return given;
}

const paneOf = (minute: number, n: number): Pane => viewsPane(minute, Array<number>(n).fill(1));

function live(rule: Case) {
  const [reader, store, timers] = [new MemoryPaneReader(), new MemoryAlertStore(), new MemoryTimerStore()];
  const only: Pipeline = { ...pipeline, aggregates: [views], alerts: [alertOf(rule)] };
  const context: EvaluateContext = {
    pipeline: only,
    panes: reader,
    alerts: store,
    timers,
    rollups: noRollups,
    derivations: noDerivations,
    dispatching: noDispatching,
    concurrency: 2,
  };
  const nameOf = (minute: number) => ({
    aggregate: views.name,
    key: 'home',
    start: minutes(minute),
    lane: 'l',
  });
  return {
    reader,
    store,
    timers,
    look: (watermark: number, seen: Views, fresh: readonly number[], updated: readonly number[]) => {
      for (const minute of [...fresh, ...updated]) reader.put(paneOf(minute, seen.get(minute) ?? 0));
      reader.watermark = minutes(watermark);
      return evaluate(context, fresh.map(nameOf), updated.map(nameOf));
    },
  };
}

async function replayed(rule: Case, list: readonly Step[]): Promise<AlertState[]> {
  const panes = new PaneMap(views);
  const replay = new ReplayRule(alertOf(rule), panes);
  const given: AlertState[] = [];
  await walk(list, (watermark, seen, fresh, updated) => {
    for (const minute of [...fresh, ...updated]) {
      const pane = panes.at('home', minutes(minute), '1');
      const now = views.measures.map(({ measure }) => measure.empty());
      mergeAccs(views, now, paneOf(minute, seen.get(minute) ?? 0).accs);
      pane.accs.splice(0, Infinity, ...now);
      replay.expect(pane);
    }
    given.push(...replay.judge(minutes(watermark)));
  });
  return given;
}

const plain = (states: readonly AlertState[]): BruteTransition[] =>
  states.map(({ status, at, severity }) => ({ status, at, severity }));

describe('what rules say', () => {
  it('is what plain arithmetic says, of all windows at once', () => {
    let transitions = 0;
    fc.assert(
      fc.property(
        rules,
        fc.array(fc.option(fc.nat(4), { freq: 2 }), { maxLength: 40, size: 'max' }),
        (rule, list) => {
          const views: Views = new Map();
          for (const [minute, n] of list.entries()) if (n !== null && n > 0) views.set(minute, n);
          const windows = windowsOf(rule, views, 100);
          const first = windows[0]?.end ?? Infinity;
          const panes = [...views].map(([minute, n]) => paneOf(minute, n));

          const { transitions: given } = judgeKey(
            alertOf(rule),
            'home',
            undefined,
            panes,
            first,
            minutes(100),
          );

          expect(plain(given)).toEqual(bruteAlerts(rule, windows));
          transitions += given.length;
        },
      ),
      { numRuns: 2_000 },
    );
    expect(transitions).toBeGreaterThan(5_000);
  });

  it.each([
    ['on time', false],
    ['late too', true],
  ])('is the same live and in a replay, whenever one looks, of what comes %s', async (_what, late) => {
    let transitions = 0;
    await fc.assert(
      fc.asyncProperty(rules, steps(late), async (rule, list) => {
        const expected = await brute(rule, list);
        const { store, look } = live(rule);
        await walk(list, async (...now) => {
          await look(...now);
        });

        expect(plain(store.stream)).toEqual(expected);
        expect(plain(await replayed(rule, list))).toEqual(expected);
        transitions += expected.length;
      }),
      { numRuns: 1_000 },
    );
    expect(transitions).toBeGreaterThan(3_000);
  });

  it('is the same however many look at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        rules,
        steps(false),
        fc.integer({ min: 2, max: 3 }),
        async (s, rule, list, many) => {
          const { store, reader, timers, look } = live(rule);
          for (const part of [store, reader, timers]) part.hook = () => s.schedule(Promise.resolve());
          await walk(list, async (watermark, seen, fresh, updated) => {
            // Each is told of some of the panes, and all of them may be told of the same.
            const all = Array.from({ length: many }, (_, i) =>
              look(
                watermark,
                seen,
                fresh.filter((_, n) => n % (i + 1) === 0),
                updated.filter((_, n) => n % (i + 1) === 0),
              ),
            );
            await s.waitFor(Promise.all(all));
          });

          expect(plain(store.stream)).toEqual(await brute(rule, list));
        },
      ),
      { numRuns: 200 },
    );
  });
});
