import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compositeDepth, judgeComposite } from '../../lib/alerts/composite.ts';
import { evaluate } from '../../lib/alerts/evaluate.ts';
import { RuleError } from '../../lib/alerts/verdict.ts';
import { isFiring, type AlertState, type Turn } from '../../lib/alerts/state.ts';
import { count, definePipeline, max, sliding, tumbling } from '../../lib/index.ts';
import { alertNamed, type Alert } from '../../lib/pipeline/pipeline.ts';
import { alertState } from '../support/alert-state.ts';
import { alertOf, crashing, LiveRules, replayedRules, type Happening } from '../support/live-rules.ts';
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

interface Step {
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
const happening = (after: fc.Arbitrary<number>): fc.Arbitrary<Step> =>
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

const eventOf = (half: number, { page, ms }: Step): View => ({ at: T0 + half * HALF, page, ms });
const happen = (list: readonly Step[]): Happening[] => {
  let half = 0;
  return list.map((one) => ({ event: eventOf((half += one.after), one), look: one.look }));
};
const END = minutes(1e4);
const replayed = (list: readonly Step[]) => replayedRules(pipeline, happen(list), END);

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

const lineOf = (state: AlertState) => `${alertOf(state)} ${state.status} at ${state.at}`;

describe('rules over rules', () => {
  it('come live, in a replay and by plain arithmetic to the same, however often one looks', async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(inOrderOfTime, async (list) => {
        const told = await new LiveRules(pipeline).run(happen(list), END);

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
        const told = await new LiveRules(pipeline).run(
          happen(list.map((one) => ({ ...one, look: true }))),
          END,
        );

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
          const live = new LiveRules(pipeline);
          live.hook = () => s.schedule(Promise.resolve());

          const told = await live.run(happen(list), END, (names) =>
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
          const live = new LiveRules(pipeline);
          const told = await live.run(happen(list), END, crashing(live, survives));

          expect(told).toEqual(replayed(list));
        },
      ),
      { numRuns: 200 },
    );
  });
});

/** How each alert stands in the end. */
function finals(states: readonly AlertState[]): Record<string, string> {
  return Object.fromEntries(states.map((state) => [alertOf(state), state.status]));
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
        group: 'home',
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
