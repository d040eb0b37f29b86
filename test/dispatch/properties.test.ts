import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Notice } from '../../lib/dispatch/notice.ts';
import { noticeId } from '../../lib/dispatch/notice.ts';
import { bruteDispatch } from '../support/brute-dispatch.ts';
import { anyCase, LASTING, made, OVER } from '../support/dispatch-cases.ts';
import { Telltale } from '../support/dispatch.ts';
import { MINUTE, minutes } from '../support/pipeline.ts';

const HOUR = 60 * MINUTE;

function tellAll({ rule, turns, quiet }: ReturnType<typeof made>): Telltale {
  const telltale = new Telltale(rule, quiet);
  telltale.until(OVER, turns);
  return telltale;
}

describe('dispatch', () => {
  it('tells what somebody would tell who looks at every alert every minute', () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const { rule, turns, quiet } = made(one);
        expect(new Telltale(rule, quiet).until(OVER, turns)).toEqual(bruteDispatch(rule, turns, OVER, quiet));
      }),
      { numRuns: 500 },
    );
  });

  it('tells the same however time is cut, and what came before comes again', () => {
    const anyCuts = fc.array(
      fc.record({
        until: fc.integer({ min: 0, max: 2 * (LASTING + 100) }).map((half) => half / 2),
        again: fc.integer({ min: 0, max: 20 }),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(anyCase, anyCuts, (one, cuts) => {
        const { rule, turns, quiet } = made(one);
        const telltale = new Telltale(rule, quiet);
        for (const { until, again } of cuts.sort((a, b) => a.until - b.until)) {
          const by = turns.filter(({ at }) => at <= minutes(until));
          const known = by.filter((state) => !isNewTo(telltale, state));
          telltale.until(until, [...known.slice(-again), ...by.filter((state) => isNewTo(telltale, state))]);
        }
        telltale.until(OVER, turns);

        expect(telltale.notices).toEqual(tellAll({ rule, turns, quiet }).notices);
      }),
      { numRuns: 300 },
    );
  });

  it('leaves nobody with an alert that is over', () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const { rule, turns, quiet } = made(one);
        const telltale = tellAll({ rule, turns, quiet });
        const last = new Map<string, string>();
        for (const { members } of telltale.notices) {
          for (const { state, news } of members) if (news !== 'goes on') last.set(state.key, news);
        }

        expect([...last.values()].filter((news) => news !== 'resolved')).toEqual([]);
        expect(['resolved', undefined]).toContain(telltale.notices.at(-1)?.kind);
        expect(telltale.group.members.filter(({ told }) => told?.status === 'firing')).toEqual([]);
        expect(telltale.next).toBeUndefined();
      }),
    );
  });

  it('never tells more often than it may in any hour', () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const { rule, turns, quiet } = made(one);
        const { notices } = tellAll({ rule, turns, quiet });
        for (const { at } of notices) {
          const within = notices.filter((notice) => notice.at >= at && notice.at < at + HOUR);
          expect(within.length).toBeLessThanOrEqual(rule.telling.maxPerHour);
        }
      }),
    );
  });

  it('never tells that one fires which is silenced or inhibited', () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const { rule, turns, quiet } = made(one);
        for (const { at, members } of tellAll({ rule, turns, quiet }).notices) {
          const told = members.filter(({ news }) => news !== 'resolved');
          expect(told.filter(({ state }) => quiet.silencedUntil(state, at) !== undefined)).toEqual([]);
          expect(told.filter(({ state }) => quiet.isInhibited(state, at))).toEqual([]);
        }
      }),
    );
  });

  it('numbers its notices in order of time', () => {
    fc.assert(
      fc.property(anyCase, (one) => {
        const { rule, turns, quiet } = made(one);
        const { notices } = tellAll({ rule, turns, quiet });
        expect(new Set(notices.map(noticeId)).size).toBe(notices.length);
        expect(notices.map(({ number }) => number)).toEqual(notices.map((_, i) => i + 1));
        expect(notices.map(({ at }) => at)).toEqual(notices.map(({ at }) => at).sort((a, b) => a - b));
      }),
    );
  });

  it('waits for as long as the rule says before it renotifies', () => {
    const tellsOfFiring = ({ kind }: Notice): boolean => !['updated', 'flapping'].includes(kind);
    fc.assert(
      fc.property(anyCase, (one) => {
        const { rule, turns, quiet } = made(one);
        const telling = tellAll({ rule, turns, quiet }).notices.filter(tellsOfFiring);
        for (const [i, { kind, at }] of telling.entries()) {
          if (kind !== 'renotified') continue;
          expect(at - (telling[i - 1]?.at ?? Infinity)).toBeGreaterThanOrEqual(rule.telling.renotify);
        }
      }),
    );
  });
});

function isNewTo({ group }: Telltale, { key, version }: { key: string; version: number }): boolean {
  const member = group.members.find(({ state }) => state.key === key);
  const settled = group.settled.find((one) => one.key === key);
  return version > (member?.state.version ?? settled?.version ?? 0);
}
