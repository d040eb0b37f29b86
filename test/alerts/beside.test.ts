import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../lib/alerts/evaluate.ts';
import type { AlertState } from '../../lib/alerts/state.ts';
import { judgeKey } from '../../lib/alerts/judge.ts';
import { RuleError } from '../../lib/alerts/verdict.ts';
import { Fold } from '../../lib/fold/fold.ts';
import { createInterpreter, isRejection } from '../../lib/fold/interpret.ts';
import { PaneMap } from '../../lib/fold/pane-map.ts';
import type { Pane } from '../../lib/fold/pane.ts';
import { count, definePipeline, sliding, tumbling } from '../../lib/index.ts';
import { Replay } from '../../lib/replay/replay.ts';
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
import { MINUTE, minutes, T0, view, withWhen } from '../support/pipeline.ts';

const PAGES = ['home', 'cart'];

// What a rule sees beside its own windows stands before it: its panes would be the first to be forgotten.
const pipeline = definePipeline(view, {
  eventTime: (event) => event.at,
  maxAhead: '3650d',
  aggregates: {
    all: { key: {}, pane: '1m', measures: { n: count() } },
    slow: {
      key: { page: (event) => event.page },
      pane: '1m',
      measures: { n: count((event) => (event.ms ?? 0) > 100) },
    },
    views: { key: { page: (event) => event.page }, pane: '1m', retain: '1d', measures: { n: count() } },
  },
  alerts: {
    share: {
      on: 'views',
      over: tumbling('2m'),
      with: ['all'],
      when: (w, { with: { all } }) => w.n > 0.6 * (all?.n ?? 0),
    },
    slowShare: {
      on: 'views',
      over: sliding('3m', '1m'),
      with: ['slow', 'all'],
      when: (w, { with: { slow } }) => (slow?.n ?? 0) > 0.5 * w.n,
      value: (w, { with: { slow } }) => (slow?.n ?? 0) / w.n,
    },
    fallen: {
      on: 'views',
      over: tumbling('2m'),
      compare: ['4m', '10m'],
      when: (w, { before }) => w.n < ((before('4m')?.n ?? 0) + (before('10m')?.n ?? 0)) / 2,
      atLeast: { windows: 2, of: 3 },
    },
    rising: {
      on: 'views',
      over: tumbling('1m'),
      compare: ['1m'],
      when: (w, { before }) => w.n >= 2 * (before('1m')?.n ?? Infinity),
    },
  },
});

interface Happening {
  /** Minutes after the one before. */
  readonly after: number;
  readonly page: string;
  readonly ms: number;
  /** Whether whoever judges looks now. */
  readonly look: boolean;
}

const history: fc.Arbitrary<Happening[]> = fc.array(
  fc.record({
    after: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(0, 0, 0.25, 0.5, 1) },
      { weight: 1, arbitrary: fc.constantFrom(4, 9, 60) },
    ),
    page: fc.constantFrom(...PAGES),
    ms: fc.constantFrom(10, 500),
    look: fc.boolean(),
  }),
  { minLength: 1, maxLength: 80, size: 'max' },
);

type Timed = Happening & { readonly time: number };

function timed(list: readonly Happening[]): Timed[] {
  let time = T0;
  return list.map((one) => ({ ...one, time: (time += one.after * MINUTE) }));
}

function replayed(events: readonly Timed[]): AlertState[] {
  const told: AlertState[] = [];
  const replay = new Replay(pipeline, {
    pane: () => undefined,
    alert: (transition) => told.push(transition),
    refused: () => undefined,
  });
  const lane = replay.lane();
  for (const { time, page, ms } of events) replay.add(lane, { at: time, page, ms }, undefined);
  replay.finish();
  return told;
}

async function live(events: readonly Timed[]): Promise<AlertState[]> {
  const [reader, alerts, timers] = [new MemoryPaneReader(), new MemoryAlertStore(), new MemoryTimerStore()];
  const context = {
    pipeline,
    panes: reader,
    alerts,
    timers,
    rollups: noRollups,
    derivations: noDerivations,
    dispatching: noDispatching,
    concurrency: 2,
  };
  const fresh: Pane[] = [];
  const panes = pipeline.aggregates.map(
    (aggregate) =>
      new PaneMap(aggregate, (pane) => {
        fresh.push(pane);
        reader.put(pane);
      }),
  );
  const fold = new Fold(pipeline, -Infinity, { panes });
  const interpret = createInterpreter(pipeline);
  const lookAt = async (watermark: number): Promise<void> => {
    reader.watermark = watermark;
    const names = fresh
      .splice(0)
      .map(({ aggregate, key, start }) => ({ aggregate: aggregate.name, key, start, lane: 'l' }));
    await evaluate(context, names);
  };
  for (const { time, page, ms, look } of events) {
    const event = interpret({ at: time, page, ms }, undefined);
    if (event === 'ignored' || isRejection(event)) throw new Error('no view');
    fold.add(event, '');
    if (look) await lookAt(fold.watermark);
  }
  await lookAt(fold.maxEventTime);
  return alerts.stream;
}

/** How many events of a page, or of all, are in [from, to) that are of so many ms; `undefined` if there are none. */
function countIn(
  events: readonly Timed[],
  page: string | undefined,
  [from, to]: readonly [number, number],
): number | undefined {
  const found = events.filter(
    (event) => (page === undefined || event.page === page) && event.time >= from && event.time < to,
  );
  return found.length === 0 ? undefined : found.length;
}

/** What a rule says, by plain arithmetic: `breached` of a window that has data. */
function brute(
  events: readonly Timed[],
  page: string,
  { size, slide, windows = 1, of = 1 }: { size: number; slide: number; windows?: number; of?: number },
  breached: (n: number, start: number, end: number) => boolean,
): BruteTransition[] {
  const first = events.find((event) => event.page === page)?.time ?? Infinity;
  const [step, length] = [slide * MINUTE, size * MINUTE];
  const grid: BruteWindow[] = [];
  const pane = Math.floor(first / MINUTE) * MINUTE;
  for (let end = Math.ceil((pane + MINUTE) / step) * step; end <= (events.at(-1)?.time ?? 0); end += step) {
    const n = countIn(events, page, [end - length, end]);
    grid.push({ end, value: n === undefined ? undefined : Number(breached(n, end - length, end)) });
  }
  const rule: BruteRule = {
    slide: step,
    pendingFor: 0,
    keepFiringFor: 0,
    atLeast: { windows, of },
    missing: 'ok',
    severities: [{ name: 'warning', when: (value) => value > 0 }],
    clear: undefined,
  };
  return bruteAlerts(rule, grid);
}

function expected(events: readonly Timed[], page: string): Record<string, BruteTransition[]> {
  const n = (from: number, to: number, of: string | undefined = page): number =>
    countIn(events, of, [from, to]) ?? 0;
  const slow = events.filter(({ ms }) => ms > 100);
  return {
    share: brute(
      events,
      page,
      { size: 2, slide: 2 },
      (own, start, end) => own > 0.6 * (countIn(events, undefined, [start, end]) ?? 0),
    ),
    slowShare: brute(
      events,
      page,
      { size: 3, slide: 1 },
      (own, start, end) => (countIn(slow, page, [start, end]) ?? 0) > 0.5 * own,
    ),
    fallen: brute(events, page, { size: 2, slide: 2, windows: 2, of: 3 }, (own, start, end) => {
      const [near, far] = [4, 10].map((ago) => n(start - ago * MINUTE, end - ago * MINUTE));
      return own < ((near ?? 0) + (far ?? 0)) / 2;
    }),
    rising: brute(events, page, { size: 1, slide: 1 }, (own, start) => {
      const before = n(start - MINUTE, start);
      return before > 0 && own >= 2 * before;
    }),
  };
}

const plain = (states: readonly AlertState[], alert: string, page: string): BruteTransition[] =>
  states
    .filter((state) => state.alert === alert && state.key === page)
    .map(({ status, at, severity }) => ({ status, at, severity }));

describe('windows beside the one that is judged', () => {
  it('are seen live and in a replay as plain arithmetic sees them', async () => {
    const transitions: Record<string, number> = {};
    await fc.assert(
      fc.asyncProperty(history, async (list) => {
        const events = timed(list);
        const [replay, alive] = [replayed(events), await live(events)];

        for (const page of PAGES) {
          for (const [alert, told] of Object.entries(expected(events, page))) {
            expect([alert, plain(replay, alert, page)]).toEqual([alert, told]);
            expect([alert, plain(alive, alert, page)]).toEqual([alert, told]);
            transitions[alert] = (transitions[alert] ?? 0) + told.length;
          }
        }
      }),
      { numRuns: 200 },
    );
    for (const alert of pipeline.alerts) expect(transitions[alert.name]).toBeGreaterThan(20);
  });

  it('show what the rule is about, and nothing of a window without data', () => {
    const at = (minute: number, ms: number): Timed => ({
      time: minutes(minute),
      page: 'home',
      ms,
      after: 0,
      look: false,
    });

    const told = replayed([at(0, 500), at(0.5, 10), at(0.6, 500), at(10, 10)]);

    expect(
      told
        .filter(({ alert }) => alert === 'slowShare')
        .map(({ status, shown, missing }) => [status, shown, missing]),
    ).toEqual([
      ['firing', 2 / 3, false],
      ['resolved', null, true],
    ]);
  });

  it('are those alone that the rule names', () => {
    const alert = pipeline.alerts.find(({ name }) => name === 'rising')!;
    const panes = [viewsPane(0, [1])];
    const asking = withWhen(alert, (_window, { before }) => before('2m') === undefined);

    expect(() => judgeKey(asking, 'home', undefined, panes, minutes(1), minutes(1))).toThrow(
      new RuleError("alert rising could not be judged: before('2m') is not among the rule's compare"),
    );
  });
});
