import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeKey } from '../../lib/alerts/judge.ts';
import { RuleError } from '../../lib/alerts/verdict.ts';
import type { AlertState } from '../../lib/alerts/state.ts';
import type { Alert } from '../../lib/pipeline/pipeline.ts';
import { viewsPane } from '../support/memory-alerts.ts';
import { busy, minutes, MINUTE, slow, T0, withWhen } from '../support/pipeline.ts';

// slow: 3 min sliding by 1 min; fires at 2 views or more of over 100 ms on average; clears below 50 ms.
// busy: 2 min tumbling; fires over 3 views; clears when it does not.
const at = (time: number) => (time - T0) / MINUTE;

function judge(
  alert: Alert,
  panes: Readonly<Record<number, readonly number[]>>,
  {
    due = alert.slide / MINUTE,
    until = 60,
    prior,
  }: { due?: number; until?: number; prior?: AlertState } = {},
) {
  const sorted = Object.entries(panes).map(([minute, ms]) => viewsPane(Number(minute), ms));
  const judged = judgeKey(alert, 'home', prior, sorted, minutes(due), minutes(until));
  return {
    ...judged,
    transitions: judged.transitions.map((transition) => `${transition.status} at ${at(transition.at)}`),
    next: judged.next === undefined ? undefined : at(judged.next),
    states: judged.transitions,
  };
}

describe('judgeKey', () => {
  it.each<[what: string, alert: Alert, panes: Record<number, number[]>, transitions: string[]]>([
    ['never fires below its condition', slow, { 0: [10, 20] }, []],
    ['never fires over too little', slow, { 0: [500] }, []],
    [
      'fires at the end of the first window that holds enough',
      slow,
      { 0: [500], 2: [500] },
      ['firing at 3', 'resolved at 6'],
    ],
    [
      'keeps firing between clear and when, and resolves at clear',
      slow,
      { 0: [200, 200], 3: [60, 60], 6: [49, 49], 7: [10, 10] },
      ['firing at 1', 'resolved at 7'],
    ],
    ['resolves at the first window without data', slow, { 0: [500, 500] }, ['firing at 1', 'resolved at 4']],
    [
      'keeps firing while windows hold enough',
      busy,
      { 0: [1, 1, 1, 1], 2: [1], 3: [1, 1, 1, 1] },
      ['firing at 2', 'resolved at 6'],
    ],
    [
      'resolves where the condition does not hold, without a clear',
      busy,
      { 0: [1, 1, 1, 1], 2: [1, 1, 1], 4: [1, 1, 1, 1] },
      ['firing at 2', 'resolved at 4', 'firing at 6', 'resolved at 8'],
    ],
  ])('%s', (_what, alert, panes, transitions) => {
    expect(judge(alert, panes)).toMatchObject({ transitions, next: undefined });
  });

  it('says all that a message needs of a transition', () => {
    expect(judge(slow, { 0: [200, 300], 1: [100] }).states[0]).toEqual({
      alert: 'slow',
      key: 'home',
      status: 'firing',
      at: minutes(1),
      since: minutes(1),
      windowStart: minutes(-2),
      judged: 'onTime',
      value: { n: 2, ms: 250, slowest: 300 },
      missing: false,
      shown: null,
      band: undefined,
      severity: 'critical',
      summary: 'Pages are slow.',
      version: 1,
      group: 'home',
    });
  });

  it('counts versions, and remembers since when it fired', () => {
    const { states } = judge(busy, { 0: [1, 1, 1, 1], 4: [1, 1, 1, 1] });

    expect(states.map(({ status, version, since }) => [status, version, at(since)])).toEqual([
      ['firing', 1, 2],
      ['resolved', 2, 2],
      ['firing', 3, 6],
      ['resolved', 4, 6],
    ]);
    expect(states[1]?.value).toMatchObject({ n: 0, ms: NaN });
  });

  it('judges no window that ends after the watermark, but one that ends at it', () => {
    expect(judge(slow, { 0: [500, 500] }, { until: 0.99 })).toMatchObject({ transitions: [], next: 1 });
    expect(judge(slow, { 0: [500, 500] }, { until: 1 })).toMatchObject({
      transitions: ['firing at 1'],
      next: 2,
    });
  });

  it('wants a timer while it is firing, though no data are left', () => {
    expect(judge(slow, { 0: [500, 500] }, { until: 3 })).toMatchObject({
      transitions: ['firing at 1'],
      next: 4,
    });
    expect(judge(slow, { 0: [1, 1] }, { until: 3 })).toMatchObject({ transitions: [], next: undefined });
  });

  it('goes on after a gap', () => {
    const panes = { 0: [1], 30: [500, 500] };

    expect(judge(slow, panes)).toMatchObject({
      transitions: ['firing at 31', 'resolved at 34'],
      next: undefined,
    });
    expect(judge(slow, panes, { due: 31 })).toMatchObject({
      transitions: ['firing at 31', 'resolved at 34'],
    });
  });

  it('leaves what comes after a gap to its own timer, if the watermark is not there', () => {
    expect(judge(slow, { 0: [1], 30: [500, 500] }, { until: 30 })).toMatchObject({
      transitions: [],
      next: undefined,
    });
  });

  it('passes over windows that were judged before', () => {
    const panes = { 0: [500, 500], 5: [500, 500] };
    const [fired, resolved] = judge(slow, panes).states;

    expect(judge(slow, panes, { prior: fired! }).transitions).toEqual([
      'resolved at 4',
      'firing at 6',
      'resolved at 9',
    ]);
    expect(judge(slow, panes, { prior: resolved! }).states[0]).toMatchObject({
      at: minutes(6),
      version: 3,
    });
  });

  it('judges the window of a transition once, though when and clear both hold over it', () => {
    const alert: Alert = { ...slow, clear: () => true };
    const [fired] = judge(alert, { 0: [500, 500] }, { until: 1 }).states;

    expect(judge(alert, { 0: [500, 500] }, { until: 1, prior: fired! }).transitions).toEqual([]);
    expect(judge(alert, { 0: [500, 500] }, { until: 2, prior: fired! }).transitions).toEqual([
      'resolved at 2',
    ]);
  });

  it('gives what is left of the transitions, whichever of them is written already', () => {
    const minute = fc.array(fc.constantFrom(10, 75, 500), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(minute, { maxLength: 15 }), fc.constantFrom(slow, busy), (panes, alert) => {
        const all = judge(alert, Object.fromEntries(panes.entries()));

        all.states.forEach((prior, i) => {
          expect(judge(alert, Object.fromEntries(panes.entries()), { prior }).states).toEqual(
            all.states.slice(i + 1),
          );
        });
      }),
    );
  });

  it('comes to the same transitions, however the watermark walks', () => {
    const minute = fc.tuple(
      fc.nat(15),
      fc.array(fc.constantFrom(10, 75, 500), { maxLength: 3, minLength: 1 }),
    );
    fc.assert(
      fc.property(
        fc.array(minute),
        fc.array(fc.nat(20)),
        fc.constantFrom(slow, busy),
        (list, stops, alert) => {
          const panes = Object.fromEntries(list);
          const whole: AlertState[] = [];
          for (const key of Object.keys(panes)) {
            const due = Math.ceil((Number(key) + 1) / (alert.slide / MINUTE)) * (alert.slide / MINUTE);
            const last = whole.at(-1);
            whole.push(...judge(alert, panes, { due, ...(last && { prior: last }) }).states);
          }

          const walked: AlertState[] = [];
          const timers = new Set(
            Object.keys(panes).map(
              (key) => Math.ceil((Number(key) + 1) / (alert.slide / MINUTE)) * (alert.slide / MINUTE),
            ),
          );
          for (const until of [...stops.sort((a, b) => a - b), 60]) {
            for (const due of [...timers].sort((a, b) => a - b).filter((timer) => timer <= until)) {
              const last = walked.at(-1);
              const { states, next } = judge(alert, panes, { due, until, ...(last && { prior: last }) });
              walked.push(...states);
              timers.delete(due);
              if (next !== undefined) timers.add(next);
            }
          }
          expect(walked).toEqual(whole);
        },
      ),
    );
  });

  it('tells the condition where the window lies', () => {
    const seen: unknown[] = [];
    const alert = withWhen(slow, (_window, { key, start, end }) => {
      seen.push({ key, start: at(start), end: at(end) });
      return false;
    });

    judge(alert, { 0: [1] }, { until: 2 });

    expect(seen).toEqual([
      { key: { page: 'home' }, start: -2, end: 1 },
      { key: { page: 'home' }, start: -1, end: 2 },
    ]);
  });

  it('asks no condition about a window without data', () => {
    const alert: Alert = {
      ...withWhen(slow, (window) => (window.n as number) >= 0),
      clear: () => {
        throw new Error('was asked');
      },
    };

    expect(judge(alert, { 0: [1] }, { due: 3 }).transitions).toEqual(['firing at 3', 'resolved at 4']);
  });

  it('says whose condition threw', () => {
    const alert = withWhen(slow, () => {
      throw new TypeError('no such measure');
    });

    expect(() => judge(alert, { 0: [1] })).toThrow(RuleError);
    expect(() => judge(alert, { 0: [1] })).toThrow('alert slow could not be judged: no such measure');
  });
});
