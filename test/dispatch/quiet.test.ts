import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quietOf } from '../../lib/dispatch/quiet.ts';
import type { Matcher, Silence } from '../../lib/dispatch/silence.ts';
import { alertRecord, alertState } from '../support/alert-state.ts';
import { pipeline, slow, visits } from '../support/pipeline.ts';

const HOME: Matcher = { label: 'page', operator: '=', value: 'home' };
const silence = (start: number, end: number, ...matchers: readonly Matcher[]): Silence => ({
  id: `${start}`,
  matchers: matchers.length === 0 ? [HOME] : matchers,
  start,
  end,
  author: 'ops',
  comment: 'works',
  created: 0,
});
const state = alertState();

describe('quietOf', () => {
  it('silences from a start until before an end, if all matchers hold', () => {
    const quiet = quietOf(slow, [silence(10, 20)], []);
    const until = [9, 10, 19, 20].map((time) => quiet.silencedUntil(state, time));

    expect(until).toEqual([undefined, 20, 20, undefined]);
    expect(quiet.silencedUntil(alertState({ key: 'news' }), 15)).toBeUndefined();

    const warnings: Matcher = { label: 'severity', operator: '=', value: 'warning' };
    const both = quietOf(slow, [silence(10, 20, HOME, warnings)], []);
    expect(both.silencedUntil(state, 15)).toBeUndefined();
    expect(both.silencedUntil(alertState({ severity: 'warning' }), 15)).toBe(20);
  });

  it('silences until the end of the last of those that take over from one another', () => {
    const anySilences = fc.array(
      fc.tuple(fc.nat(20), fc.nat(8)).map(([start, long]) => silence(start, start + long)),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(anySilences, fc.nat(25), (silences, time) => {
        let end = time;
        while (silences.some((one) => one.start <= end && end < one.end)) end++;

        expect(quietOf(slow, silences, []).silencedUntil(state, time)).toBe(end > time ? end : undefined);
      }),
    );
  });

  it('takes an alert for acknowledged as long as it is the same episode', () => {
    const acknowledgement = { alert: 'slow', key: 'home', since: 5, author: 'ops', comment: '', at: 9 };
    const quiet = quietOf(slow, [], [acknowledgement]);

    expect(quiet.isAcknowledged(alertState({ since: 5 }))).toBe(true);
    expect(quiet.isAcknowledged(alertState({ since: 6 }))).toBe(false);
    expect(quiet.isAcknowledged(alertState({ since: 5, key: 'news' }))).toBe(false);
    expect(quiet.isAcknowledged(alertState({ since: 5, alert: 'busy' }))).toBe(false);
  });

  it('inhibits an alert while one of the same values of the dimensions fires, and while that recovers', () => {
    const statuses = ['pending', 'firing', 'recovering', 'resolved'] as const;
    const turns = statuses.map((status, i) => alertState({ status, at: 10 * (i + 1), version: i + 1 }));
    const child = { ...slow, aggregate: visits };
    const quiet = quietOf(child, [], [], [{ rule: slow, records: [alertRecord(...turns)] }]);
    const inhibited = (key: string): boolean[] =>
      [9, 10, 20, 29, 30, 39, 40].map((time) => quiet.isInhibited(alertState({ key }), time));

    expect(inhibited('home|ann')).toEqual([false, false, true, true, true, true, false]);
    expect(inhibited('news|ann')).toEqual([false, false, false, false, false, false, false]);
  });

  it('takes an alert whose earlier turns are forgotten for what it is now', () => {
    const turns = [
      alertState({ status: 'resolved', at: 10, version: 7 }),
      alertState({ at: 20, version: 8 }),
    ];
    const quiet = quietOf(slow, [], [], [{ rule: pipeline.alerts[1]!, records: [alertRecord(...turns)] }]);

    expect([5, 10, 20].map((time) => quiet.isInhibited(state, time))).toEqual([true, false, true]);
  });

  it('is inhibited by any of several', () => {
    const [firing, resolved] = [
      alertRecord(alertState({ at: 1 })),
      alertRecord(alertState({ status: 'resolved', at: 1 })),
    ];
    const parents = [resolved, firing].map((record) => ({ rule: slow, records: [record] }));
    expect(quietOf(slow, [], [], parents).isInhibited(state, 5)).toBe(true);
    expect(quietOf(slow, [], [], parents.slice(0, 1)).isInhibited(state, 5)).toBe(false);
  });
});
