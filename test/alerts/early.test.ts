import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../lib/alerts/evaluate.ts';
import { judgeOpen } from '../../lib/alerts/judge.ts';
import type { AlertState } from '../../lib/alerts/state.ts';
import { Fold } from '../../lib/fold/fold.ts';
import { PaneMap } from '../../lib/fold/pane-map.ts';
import type { Pane } from '../../lib/fold/pane.ts';
import type { Alert, Pipeline } from '../../lib/pipeline/pipeline.ts';
import { Replay } from '../../lib/replay/replay.ts';
import type { PaneName } from '../../lib/store/keys.ts';
import type { WindowShape } from '../../lib/time/window.ts';
import { MemoryAlertStore, MemoryPaneReader, MemoryTimerStore, viewsPane } from '../support/memory-alerts.ts';
import { noDerivations } from '../support/memory-derived.ts';
import { noDispatching } from '../support/memory-dispatch.ts';
import { noRollups } from '../support/memory-rollups.ts';
import { busy, minutes, MINUTE, pipeline, T0, views, withWhen } from '../support/pipeline.ts';

const at = (time: number) => (time - T0) / MINUTE;

/** Fires at three views or more: a condition that only becomes truer as data come. */
function crowded(name: string, window: WindowShape, judge: Alert['judge'] = 'early'): Alert {
  const { size, slide } = window;
  return withWhen({ ...busy, name, window, size, slide, judge }, ({ n }) => (n as number) >= 3);
}

const FOUR: WindowShape = { size: 4 * MINUTE, slide: 4 * MINUTE };
const SLIDING: WindowShape = { size: 3 * MINUTE, slide: MINUTE };
const rush = crowded('rush', FOUR);

describe('judgeOpen', () => {
  const open = (minute: number, panes: readonly Pane[], prior?: AlertState, alert = rush) => {
    const transition = judgeOpen(alert, 'home', prior, panes, minutes(minute));
    return transition && `${transition.status} at ${at(transition.at)} ${transition.judged}`;
  };
  const [three, two] = [viewsPane(5, [1, 1, 1]), viewsPane(5, [1, 1])];

  it('makes an alert fire by what the window that is next to be over holds so far', () => {
    expect(open(4, [three])).toBe('firing at 8 early');
    expect(open(7.9, [three])).toBe('firing at 8 early');
    expect(open(5, [two])).toBeUndefined();
    expect(open(5, [viewsPane(3, [1]), two])).toBeUndefined();
  });

  it('leaves alone what is over, what is not next, and what holds nothing', () => {
    expect(open(8, [three])).toBeUndefined();
    expect(open(3.9, [three])).toBeUndefined();
    expect(open(5, [])).toBeUndefined();
    expect(judgeOpen(rush, 'home', undefined, [three], -Infinity)).toBeUndefined();
  });

  it('never resolves, and judges no window that is settled', () => {
    const fired = judgeOpen(rush, 'home', undefined, [three], minutes(5));
    const resolved: AlertState = { ...fired!, status: 'resolved', version: 2 };

    expect(open(5, [two], fired)).toBeUndefined();
    expect(open(5, [three], resolved)).toBeUndefined();
    expect(open(5, [three], { ...resolved, at: minutes(4) })).toBe('firing at 8 early');
  });

  it('is for rules that are judged early', () => {
    for (const judge of ['onTime', 'final'] as const)
      expect(open(5, [three], undefined, { ...rush, judge })).toBeUndefined();
  });

  it('waits for what a derived aggregate waits for', () => {
    const delayed = { ...rush, delay: 2 * MINUTE };

    expect(open(5.9, [three], undefined, delayed)).toBeUndefined();
    expect(open(6, [three], undefined, delayed)).toBe('firing at 8 early');
  });
});

function setUp(...alerts: readonly Alert[]) {
  const [panes, store, timers] = [new MemoryPaneReader(), new MemoryAlertStore(), new MemoryTimerStore()];
  const context = {
    pipeline: { ...pipeline, alerts },
    panes,
    alerts: store,
    timers,
    rollups: noRollups,
    derivations: noDerivations,
    dispatching: noDispatching,
    concurrency: 4,
  };
  const nameOf = ({ aggregate, key, start }: Pane): PaneName => {
    return { aggregate: aggregate.name, key, start, lane: 'l' };
  };
  const seen = new Set<string>();
  return {
    ...context,
    context,
    /** Stores panes, moves the watermark, and evaluates as the stream of both would have it. */
    step: (until: number, ...stored: readonly Pane[]) => {
      panes.put(...stored);
      panes.watermark = minutes(until);
      const isNew = ({ key, start }: Pane): boolean => !seen.has(`${key}|${start}`);
      const names = { fresh: stored.filter(isNew), updated: stored.filter((pane) => !isNew(pane)) };
      for (const { key, start } of stored) seen.add(`${key}|${start}`);
      return evaluate(context, names.fresh.map(nameOf), names.updated.map(nameOf));
    },
    told: () =>
      store.stream.map(({ key, status, at: time, judged }) => `${key} ${status} at ${at(time)} ${judged}`),
    due: () => [...timers.timers.values()].map(({ due }) => at(due)).sort((a, b) => a - b),
  };
}

describe('evaluating a rule that is judged early', () => {
  it('fires with the change that makes it true, and resolves on time', async () => {
    const { step, told, due } = setUp(rush);

    await step(0, viewsPane(0, [1, 1]));
    expect(told()).toEqual([]);
    await step(1, viewsPane(0, [1, 1, 1]));
    expect(told()).toEqual(['home firing at 4 early']);
    await step(2, viewsPane(2, [1]));
    await step(20);

    expect(told()).toEqual(['home firing at 4 early', 'home resolved at 8 onTime']);
    expect(due()).toEqual([]);
  });

  it('is judged next for the window after the one that it fired for', async () => {
    const { step, told } = setUp(rush);

    await step(1, viewsPane(0, [1, 1, 1]));
    await step(5, viewsPane(5, [1, 1, 1]));
    await step(8);
    expect(told()).toEqual(['home firing at 4 early']);
    await step(12);

    expect(told()).toEqual(['home firing at 4 early', 'home resolved at 12 onTime']);
  });

  it('judges what was there before, once the watermark makes its window the next', async () => {
    const { step, told, due } = setUp(rush);

    await step(1, viewsPane(5, [1, 1, 1]));
    expect(told()).toEqual([]);
    expect(due()).toEqual([4, 8]);

    await step(4);
    expect(told()).toEqual(['home firing at 8 early']);
  });

  it('judges windows on time that are over before it judges one that is not', async () => {
    const { step, told } = setUp(rush);

    await step(6, viewsPane(0, [1, 1, 1]), viewsPane(5, [1, 1, 1]));
    expect(told()).toEqual(['home firing at 4 onTime']);
    await step(12);

    expect(told()).toEqual(['home firing at 4 onTime', 'home resolved at 12 onTime']);
  });

  it('sets no timer for a window that is next already but the one at its end', async () => {
    const { step, due } = setUp(rush);

    await step(5, viewsPane(5, [1]));

    expect(due()).toEqual([8]);
  });

  it('changes nothing when it is repeated', async () => {
    const { step, told, due } = setUp(rush);
    await step(1, viewsPane(0, [1, 1, 1]));
    const [before, timers] = [told(), due()];

    const again = await step(1, viewsPane(0, [1, 1, 1]));

    expect(again.transitions).toEqual([]);
    expect([told(), due()]).toEqual([before, timers]);
  });

  it.each(['write', 'written', 'add', 'added', 'remove', 'removed'])(
    'comes to the same after a crash at any %s, once it is repeated',
    async (crashing) => {
      const steps: [until: number, stored: readonly Pane[]][] = [
        [1, [viewsPane(0, [1, 1, 1]), viewsPane(5, [1, 1, 1], 'cart')]],
        [6, [viewsPane(9, [1, 1, 1])]],
        [20, []],
      ];
      const whole = setUp(rush);
      for (const [until, stored] of steps) await whole.step(until, ...stored);
      expect(whole.told().filter((line) => line.endsWith('early'))).toHaveLength(2);

      for (let survived = 0; survived < 5; survived++) {
        const run = setUp(rush);
        let left = survived;
        const crash = (step: string) => {
          if (step === crashing && left-- === 0) throw new Error('crash');
        };
        run.alerts.hook = crash;
        run.timers.hook = crash;
        for (const [until, stored] of steps) {
          const again = () => run.step(until, ...stored);
          // As Lambda does: until it succeeds, and once more.
          while (
            !(await again().then(
              () => true,
              () => false,
            ))
          )
            continue;
          await again().catch(again);
        }

        expect(run.told().sort()).toEqual(whole.told().sort());
        expect(run.due()).toEqual(whole.due());
      }
    },
  );

  it('sets a timer by which it is resolved, though the pane has none yet', async () => {
    const { panes, timers, step, told } = setUp(rush);
    await timers.add([{ job: 'rush', key: 'home', due: minutes(4) }]);
    // Stored, and its own change is still to come.
    panes.put(viewsPane(5, [1, 1, 1]));

    await step(5);
    expect(told()).toEqual(['home firing at 8 early']);
    await step(12);

    expect(told()).toEqual(['home firing at 8 early', 'home resolved at 12 onTime']);
  });
});

interface Happening {
  /** Minutes after the first event that everything up to here has come from. */
  readonly after: number;
  /** Minutes out of order: never more than what is waited for. */
  readonly behind: number;
  readonly page: string;
  /** Whether whoever judges looks now. */
  readonly look: boolean;
}

const history = fc.array(
  fc.record({
    after: fc.constantFrom(0, 0, 0.1, 0.25, 0.5, 1, 6),
    behind: fc.constantFrom(0, 0, 0.2, 0.4, 0.5),
    page: fc.constantFrom('home', 'cart'),
    look: fc.boolean(),
  }),
  { minLength: 1, maxLength: 60 },
);

const SHAPES: Readonly<Record<string, WindowShape>> = {
  tumbling: { size: 2 * MINUTE, slide: 2 * MINUTE },
  sliding: SLIDING,
  odd: { size: 5 * MINUTE, slide: 2 * MINUTE, offset: MINUTE },
};
const judging = (judge: Alert['judge']): Pipeline => ({
  ...pipeline,
  aggregates: [views],
  alerts: Object.entries(SHAPES).map(([name, window]) => crowded(name, window, judge)),
});
// Comes after everything, so that all windows are over.
const LAST = { time: minutes(10_000), page: 'last' };

function eventsOf(list: readonly Happening[]): { time: number; page: string; look: boolean }[] {
  let time = T0;
  return list.map(({ after, behind, page, look }) => {
    time += after * MINUTE;
    return { time: time - behind * MINUTE, page, look };
  });
}

function replayed(list: readonly Happening[], judge: Alert['judge']): AlertState[] {
  const told: AlertState[] = [];
  const sink = {
    pane: () => undefined,
    alert: (transition: AlertState) => told.push(transition),
    refused: () => undefined,
  };
  const replay = new Replay(judging(judge), sink);
  const lane = replay.lane();
  for (const { time, page } of [...eventsOf(list), LAST])
    replay.add(lane, { at: time, page, ms: 1 }, undefined);
  replay.finish();
  return told.filter(({ key }) => key !== LAST.page);
}

/** What is told live; `look` evaluates when a batch of changes is there. */
async function live(
  list: readonly Happening[],
  look: (evaluateNow: () => Promise<unknown>) => Promise<unknown> = (now) => now(),
  hook?: () => Promise<void>,
): Promise<AlertState[]> {
  const run = setUp(...judging('early').alerts);
  if (hook !== undefined) for (const part of [run.panes, run.alerts, run.timers]) part.hook = hook;
  const panes = new PaneMap(views);
  const changed = new Set<Pane>();
  const onAdd = (pane: Pane): void => {
    changed.add(pane);
  };
  const fold = new Fold(judging('early'), -Infinity, { panes: [panes], onAdd });
  for (const { time, page, look: now } of [...eventsOf(list), { ...LAST, look: true }]) {
    fold.add({ time, keys: [page], inputs: [1, 1, 1] }, '1');
    if (!now) continue;
    const stored = [...changed];
    changed.clear();
    await look(() => run.step(at(fold.watermark), ...stored));
  }
  return run.alerts.stream.filter(({ key }) => key !== LAST.page);
}

/** The windows that alerts fired and resolved for, by alert and key. */
const windowsOf = (states: readonly AlertState[]) =>
  [...states]
    .sort((a, b) => `${a.alert} ${a.key}`.localeCompare(`${b.alert} ${b.key}`) || a.version - b.version)
    .map(({ alert, key, status, at: time }) => `${alert} ${key} ${status} ${at(time)}`);

describe('a condition that only becomes truer as data come', () => {
  it('fires for the same windows early, on time, live and in a replay, whatever the batches', async () => {
    const early = { live: 0, replayed: 0 };
    const isEarly = ({ judged }: AlertState): boolean => judged === 'early';
    await fc.assert(
      fc.asyncProperty(history, async (list) => {
        const onTime = windowsOf(replayed(list, 'onTime'));
        const [told, told2] = [await live(list), replayed(list, 'early')];

        expect(windowsOf(told)).toEqual(onTime);
        expect(windowsOf(told2)).toEqual(onTime);
        expect(windowsOf(await live(list.map((one) => ({ ...one, look: true }))))).toEqual(onTime);
        early.live += told.filter(isEarly).length;
        early.replayed += told2.filter(isEarly).length;
      }),
      { numRuns: 200 },
    );
    expect(early.live).toBeGreaterThan(100);
    expect(early.replayed).toBeGreaterThan(early.live);
  });

  it('fires for the same windows when evaluators run at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), history, async (s, list) => {
        const told = await live(
          list,
          (now) => s.waitFor(Promise.all([now(), now()])),
          () => s.schedule(Promise.resolve()),
        );

        expect(windowsOf(told)).toEqual(windowsOf(replayed(list, 'onTime')));
      }),
      { numRuns: 60 },
    );
  });

  it('fires with each record in a replay, as it does live where each is a batch', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (list) => {
        const told = await live(list.map((one) => ({ ...one, look: true })));

        expect(sorted(told)).toEqual(sorted(replayed(list, 'early')));
      }),
      { numRuns: 100 },
    );
  });
});

const sorted = (states: readonly AlertState[]) =>
  states
    .map(({ value, ...state }) => JSON.stringify({ ...state, n: value.n }))
    .sort((a, b) => (a < b ? -1 : 1));
