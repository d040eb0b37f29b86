import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compositeDepth, judgeComposite } from '../../lib/alerts/composite.ts';
import { evaluate } from '../../lib/alerts/evaluate.ts';
import { RuleError } from '../../lib/alerts/verdict.ts';
import { isFiring, type AlertState, type Turn } from '../../lib/alerts/state.ts';
import { Fold } from '../../lib/fold/fold.ts';
import { PaneMap } from '../../lib/fold/pane-map.ts';
import type { Pane } from '../../lib/fold/pane.ts';
import { count, definePipeline, max, sliding, tumbling } from '../../lib/index.ts';
import { alertNamed, type Alert } from '../../lib/pipeline/pipeline.ts';
import { Replay } from '../../lib/replay/replay.ts';
import { alertState } from '../support/alert-state.ts';
import { MemoryAlertStore, MemoryPaneReader, MemoryTimerStore, type Hook } from '../support/memory-alerts.ts';
import { noDerivations } from '../support/memory-derived.ts';
import { noDispatching } from '../support/memory-dispatch.ts';
import { noRollups } from '../support/memory-rollups.ts';
import { MINUTE, minutes, T0, view, type View } from '../support/pipeline.ts';

const HALF = MINUTE / 2;

const pipeline = definePipeline(view, {
  eventTime: (event) => event.at,
  maxOutOfOrderness: '30s',
  maxAhead: '3650d',
  aggregates: {
    views: {
      key: { page: (event) => event.page },
      pane: '1m',
      allowedLateness: '2m',
      measures: { n: count(), slowest: max((event) => event.ms) },
    },
    users: {
      key: { page: (event) => event.page },
      pane: '30s',
      measures: { n: count() },
    },
  },
  alerts: {
    // A rule over rules may be named before its parts.
    page: { of: ['trouble', 'either'], when: ({ trouble, either }) => trouble && either, for: '30s' },
    trouble: {
      of: ['slow', 'quiet', 'settled'],
      when: ({ slow, quiet, settled }) => [slow, settled].includes(true) && !quiet,
      for: '90s',
      keepFiringFor: '1m',
      severity: 'critical',
      summary: 'Pages are in trouble.',
    },
    either: {
      of: ['slow', 'busy'],
      when: ({ slow, busy }) => [slow, busy].includes(true),
      keepFiringFor: '2m',
    },
    slow: { on: 'views', over: sliding('3m', '1m'), when: (w) => w.slowest > 100, keepFiringFor: '1m' },
    busy: { on: 'users', over: tumbling('30s'), when: (w) => w.n > 1 },
    quiet: { on: 'users', over: tumbling('2m'), when: (w) => w.n < 2 },
    settled: { on: 'views', over: tumbling('2m'), when: (w) => w.n > 3, judge: 'final', for: '2m' },
  },
});
const composites = pipeline.alerts.filter(({ of }) => of.length > 0);
const byName = (name: string): Alert => alertNamed(pipeline, name)!;

interface Happening {
  /** Half-minutes after the one before; below zero it is out of order. */
  readonly after: number;
  readonly page: string;
  readonly ms: number;
  /** Whether whoever judges looks now. */
  readonly look: boolean;
}

const steps = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(0, 0, 1, 2, 4) },
  { weight: 1, arbitrary: fc.constantFrom(9, 25) },
);
const happening = (after: fc.Arbitrary<number>): fc.Arbitrary<Happening> =>
  fc.record({
    after,
    page: fc.constantFrom('home', 'a|b'),
    ms: fc.constantFrom(10, 10, 500),
    look: fc.boolean(),
  });
const inOrderOfTime = fc.array(happening(steps), { minLength: 1, maxLength: 60 });
const outOfOrder = fc.array(
  happening(fc.oneof({ weight: 5, arbitrary: steps }, { weight: 1, arbitrary: fc.constantFrom(-1, -3, -5) })),
  { minLength: 1, maxLength: 60 },
);

const eventOf = (half: number, { page, ms }: Happening): View => ({ at: T0 + half * HALF, page, ms });
const END = minutes(1e4);

/** Runs a history over the stores; `evaluating` evaluates once with the panes that are new. */
class Live {
  readonly reader = new MemoryPaneReader();
  readonly alerts = new MemoryAlertStore();
  readonly timers = new MemoryTimerStore();
  readonly context = {
    pipeline,
    panes: this.reader,
    alerts: this.alerts,
    timers: this.timers,
    rollups: noRollups,
    derivations: noDerivations,
    dispatching: noDispatching,
    concurrency: 2,
  };
  readonly #fresh: Pane[] = [];
  readonly #fold: Fold;

  constructor() {
    const panes = pipeline.aggregates.map(
      (aggregate) =>
        new PaneMap(aggregate, (pane) => {
          this.#fresh.push(pane);
          this.reader.put(pane);
        }),
    );
    this.#fold = new Fold(pipeline, -Infinity, { panes });
  }

  set hook(hook: Hook) {
    for (const part of [this.reader, this.alerts, this.timers]) part.hook = hook;
  }

  async run(
    list: readonly Happening[],
    evaluating: (names: Parameters<typeof evaluate>[1]) => Promise<unknown> = (names) =>
      evaluate(this.context, names),
  ): Promise<AlertState[]> {
    let half = 0;
    for (const one of list) {
      half += one.after;
      const { at, page, ms } = eventOf(half, one);
      const key = page.replace('|', '\\|');
      this.#fold.add(
        {
          time: at as number,
          keys: [key, key],
          inputs: [1, ms, 1],
        },
        '1',
      );
      if (one.look) await this.#look(this.#fold.watermark, evaluating);
    }
    await this.#look(END, evaluating);
    expect(this.timers.timers.size).toBe(0);
    return inOrder(this.alerts.stream);
  }

  async #look(watermark: number, evaluating: (names: Parameters<typeof evaluate>[1]) => Promise<unknown>) {
    this.reader.watermark = watermark;
    const fresh = this.#fresh.splice(0);
    const names = fresh.map(({ aggregate, key, start }) => ({
      aggregate: aggregate.name,
      key,
      start,
      lane: 'l',
    }));
    await evaluating(names);
  }
}

function replayed(list: readonly Happening[]): AlertState[] {
  const told: AlertState[] = [];
  const replay = new Replay(pipeline, {
    pane: () => undefined,
    alert: (transition) => told.push(transition),
    refused: () => undefined,
  });
  const lane = replay.lane();
  let half = 0;
  for (const one of list) {
    half += one.after;
    replay.add(lane, eventOf(half, one), undefined);
  }
  replay.finish(END);
  return inOrder(told).map(stripped);
}

/** What a rule over others comes to by its parts' transitions, looked at every half-minute. */
function plain(rule: Alert, transitions: readonly AlertState[], until: number): string[] {
  const told: string[] = [];
  for (const key of new Set(transitions.map((one) => one.key))) {
    let status = 'none';
    let since = 0;
    const turn = (to: string, time: number) => {
      status = to;
      since = time;
      told.push(`${rule.name}|${key} ${to} at ${time}`);
    };
    for (let time = T0 - 10 * MINUTE; time <= until; time += HALF) {
      const firing = Object.fromEntries(
        rule.of.map(({ name }) => {
          const last = transitions
            .filter((one) => one.alert === name && one.key === key && one.at <= time)
            .at(-1);
          return [name, isFiring(last)];
        }),
      );
      const isTrue = rule.whenParts(firing) === true;
      if (isTrue) {
        if (status === 'recovering') turn('firing', time);
        else if (status !== 'firing' && status !== 'pending')
          turn(rule.pendingFor > 0 ? 'pending' : 'firing', time);
        if (status === 'pending' && time - since >= rule.pendingFor) turn('firing', time);
        continue;
      }
      if (status === 'pending') turn('ok', time);
      if (status === 'firing') turn(rule.keepFiringFor > 0 ? 'recovering' : 'resolved', time);
      if (status === 'recovering' && time - since >= rule.keepFiringFor) turn('resolved', time);
    }
  }
  return told.sort();
}

const inOrder = (states: readonly AlertState[]) =>
  [...states].sort((a, b) => nameOf(a).localeCompare(nameOf(b)) || a.version - b.version);
const nameOf = ({ alert, key }: AlertState) => `${alert}|${key}`;
const lineOf = (state: AlertState) => `${nameOf(state)} ${state.status} at ${state.at}`;

/** A transition as it comes back from an item: NaN has become null. */
function stripped(state: AlertState): AlertState {
  return { ...state, value: JSON.parse(JSON.stringify(state.value)) as AlertState['value'] };
}

describe('rules over rules', () => {
  it('come live, in a replay and by plain arithmetic to the same, however often one looks', async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(inOrderOfTime, async (list) => {
        const told = await new Live().run(list);

        expect(told).toEqual(replayed(list));
        const last = T0 + list.reduce((sum, { after }) => sum + after, 0) * HALF + 20 * MINUTE;
        for (const rule of composites) {
          const mine = told.filter(({ alert }) => alert === rule.name);
          expect(mine.map(lineOf).sort()).toEqual(plain(rule, told, last));
          for (const { alert, status } of mine)
            seen.set(`${alert} ${status}`, 1 + (seen.get(`${alert} ${status}`) ?? 0));
        }
      }),
      { numRuns: 200 },
    );
    for (const turn of [
      'page firing',
      'trouble ok',
      'trouble recovering',
      'trouble firing',
      'either resolved',
    ])
      expect(seen.get(turn), turn).toBeGreaterThan(20);
  });

  it('come live and in a replay to the same, when records come out of order and one looks at each', async () => {
    await fc.assert(
      fc.asyncProperty(outOfOrder, async (list) => {
        const told = await new Live().run(list.map((one) => ({ ...one, look: true })));

        expect(finals(told)).toEqual(finals(replayed(list)));
      }),
      { numRuns: 200 },
    );
  });

  it('are the same with several evaluators at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        inOrderOfTime,
        fc.integer({ min: 2, max: 3 }),
        async (s, list, evaluators) => {
          const live = new Live();
          live.hook = () => s.schedule(Promise.resolve());

          const told = await live.run(list, (names) =>
            s.waitFor(Promise.all(Array.from({ length: evaluators }, () => evaluate(live.context, names)))),
          );

          expect(told).toEqual(replayed(list));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('are the same after a crash at any step, once it is repeated', async () => {
    await fc.assert(
      fc.asyncProperty(
        inOrderOfTime,
        fc.array(fc.nat({ max: 40 }), { minLength: 1 }),
        async (list, survives) => {
          const live = new Live();
          let left = Infinity;
          let crashes = 0;
          const next = () => survives[crashes++ % survives.length] ?? 0;
          live.hook = () => {
            if (left-- <= 0) throw new Error('crash');
          };

          const told = await live.run(list, async (names) => {
            let budget = next();
            left = budget;
            while (
              !(await evaluate(live.context, names).then(
                () => true,
                () => false,
              ))
            )
              left = budget += 1 + next();
            left = Infinity;
            await evaluate(live.context, names);
          });

          expect(told).toEqual(replayed(list));
        },
      ),
      { numRuns: 200 },
    );
  });
});

/** How each alert stands in the end. */
function finals(states: readonly AlertState[]): Record<string, string> {
  return Object.fromEntries(states.map((state) => [nameOf(state), state.status]));
}

describe('judgeComposite', () => {
  const turn = (status: Turn['status'], half: number): Turn => ({
    status,
    at: T0 + half * HALF,
    severity: 'warning',
    version: 1,
  });
  const judge = (parts: Readonly<Record<string, readonly Turn[]>>, due: number, prior?: AlertState) =>
    judgeComposite(byName('either'), 'home', prior, new Map(Object.entries(parts)), T0 + due * HALF, END);

  it('says which parts fire', () => {
    expect(judge({ slow: [turn('firing', 2)] }, 2).transitions).toEqual([
      {
        alert: 'either',
        key: 'home',
        status: 'firing',
        at: minutes(1),
        since: minutes(1),
        windowStart: minutes(1),
        judged: 'onTime',
        value: { slow: true, busy: false },
        missing: false,
        shown: null,
        band: undefined,
        severity: 'warning',
        summary: undefined,
        version: 1,
      },
    ]);
  });

  it('counts a part that recovers as firing, and one that is pending not', () => {
    expect(judge({ slow: [turn('pending', 2)] }, 2).transitions).toEqual([]);
    expect(judge({ slow: [turn('recovering', 2)] }, 2).transitions).toMatchObject([{ status: 'firing' }]);
  });

  it('answers what it hears only now of a time that is settled at the time of its own state', () => {
    const prior = alertState({ alert: 'either', at: minutes(10), since: minutes(10), version: 3 });

    const { transitions } = judge({ slow: [turn('firing', 2), turn('resolved', 16)] }, 16, prior);

    expect(transitions.map(({ status, at, version }) => [status, at, version])).toEqual([
      ['recovering', minutes(10), 4],
      ['resolved', minutes(12), 5],
    ]);
  });

  it('asks to be looked at when its clock is over', () => {
    const prior = alertState({ alert: 'either', status: 'recovering', at: END - MINUTE, since: T0 });

    expect(judge({}, 0, prior)).toEqual({ transitions: [], next: END + MINUTE });
  });

  it('says that a condition threw, and whose', () => {
    const rule: Alert = {
      ...byName('either'),
      whenParts: () => {
        throw new Error('no');
      },
    };

    expect(() => judgeComposite(rule, 'home', undefined, new Map(), T0, END)).toThrow(
      new RuleError('alert either could not be judged: no'),
    );
  });

  it('knows how deep a rule lies', () => {
    expect(pipeline.alerts.map((alert) => [alert.name, compositeDepth(alert)])).toEqual([
      ['slow', 0],
      ['busy', 0],
      ['quiet', 0],
      ['settled', 0],
      ['trouble', 1],
      ['either', 1],
      ['page', 2],
    ]);
  });
});
