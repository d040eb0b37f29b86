import fc from 'fast-check';
import { z } from 'zod';
import type { AlertState } from '../../lib/alerts/state.ts';
import { MOST_MEMBERS, type Notice, type NoticeMember } from '../../lib/dispatch/notice.ts';
import { keyText } from '../../lib/fold/key.ts';
import { count, definePipeline, mean, sliding } from '../../lib/index.ts';
import type { Alert } from '../../lib/pipeline/pipeline.ts';
import { alertState } from '../support/alert-state.ts';

const departure = z.object({ time: z.string(), origin: z.string(), airline: z.string(), delay: z.number() });
const measures = { flights: count(), delay: mean<z.output<typeof departure>>((event) => event.delay) };

/** Rules with keys of one and of two dimensions, each by itself and in groups. */
export const pipeline = definePipeline(departure, {
  eventTime: (event) => event.time,
  aggregates: {
    departures: { key: { origin: (event) => event.origin }, pane: '15m', measures },
    carriers: {
      key: { origin: (event) => event.origin, airline: (event) => event.airline },
      pane: '15m',
      measures,
    },
  },
  alerts: {
    congested: {
      on: 'departures',
      over: sliding('1h', '15m'),
      when: { warning: (window) => window.delay > 45, critical: (window) => window.delay > 60 },
      value: (window) => window.delay,
      threshold: { warning: 45, critical: 60 },
      unit: 'min',
      summary: 'Departures leave late on average: the airport is congested.',
      runbook: 'https://wiki.example.com/congested',
      labels: { team: 'ground' },
    },
    quiet: {
      on: 'departures',
      over: sliding('1h', '15m'),
      groupBy: [],
      when: (window) => window.flights < 1,
    },
    late: {
      on: 'carriers',
      over: sliding('1h', '15m'),
      groupBy: ['origin'],
      value: (window) => window.delay,
      when: (window) => window.delay > 60,
    },
  },
});

/** The rule of that name. */
export function ruleNamed(name: string): Alert {
  const rule = pipeline.alerts.find((alert) => alert.name === name);
  if (rule === undefined) throw new Error(`there is no rule ${name}`);
  return rule;
}

/** 2001-06-14 15:45 UTC. */
export const AT = Date.UTC(2001, 5, 14, 15, 45);
const HOUR = 3_600_000;

/** An alert that fires since two and a quarter hours. */
export function late(key: string, given: Partial<AlertState> = {}): AlertState {
  return alertState({
    alert: 'congested',
    key,
    at: AT,
    since: AT - 2.25 * HOUR,
    windowStart: AT - HOUR,
    value: { flights: 66, delay: 54.25757575757576 },
    shown: 54.25757575757576,
    severity: 'warning',
    ...given,
  });
}

/** A notice, of one alert that began to fire unless it is said to be otherwise. */
export function noticeOf(given: Partial<Notice> = {}): Notice {
  const members = given.members ?? [{ state: late('ORD'), news: 'firing' }];
  return {
    alert: members[0]?.state.alert ?? 'congested',
    group: 'ORD',
    number: 1,
    kind: 'firing',
    at: AT,
    since: AT - 2.25 * HOUR,
    severity: 'warning',
    members,
    firing: members.filter(({ state }) => state.status === 'firing').length,
    resolved: members.filter(({ news }) => news === 'resolved').length,
    heldBack: 0,
    ...given,
  };
}

/** A notice of several alerts, all for the same reason, of a rule that takes all into one group. */
export function groupNotice(
  origins: readonly string[],
  news: NoticeMember['news'],
  given: Partial<Notice> = {},
): Notice {
  const status = news === 'resolved' ? 'resolved' : 'firing';
  const members = origins.map((origin) => ({
    state: late(origin, { alert: 'quiet', status, shown: null, value: { flights: 0 } }),
    news,
  }));
  return noticeOf({ group: '', members, ...given });
}

const time = fc.integer({ min: 0, max: Date.UTC(2100, 0) });
const severity = fc.constantFrom('info', 'warning', 'critical');
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const bound = fc.option(finite);

const state = (rule: Alert): fc.Arbitrary<AlertState> =>
  fc.record({
    alert: fc.constant(rule.name),
    key: fc
      .array(fc.string({ unit: 'grapheme' }), {
        minLength: rule.aggregate.dimensions.length,
        maxLength: rule.aggregate.dimensions.length,
      })
      .map(keyText),
    status: fc.constantFrom('firing', 'recovering', 'resolved'),
    at: time,
    since: time,
    windowStart: time,
    judged: fc.constantFrom('early', 'onTime', 'final'),
    value: fc.dictionary(fc.string(), fc.jsonValue()),
    missing: fc.boolean(),
    shown: fc.option(finite),
    band: fc.option(fc.record({ actual: bound, expected: finite, low: bound, high: bound }), {
      nil: undefined,
    }),
    severity,
    summary: fc.option(fc.string(), { nil: undefined }),
    version: fc.nat(),
  });

/** Any notice of any rule. */
export const anyNotice: fc.Arbitrary<Notice> = fc.constantFrom(...pipeline.alerts).chain((rule) =>
  fc.record({
    alert: fc.constant(rule.name),
    group: fc
      .array(fc.string({ unit: 'grapheme' }), {
        minLength: rule.telling.groupBy.length,
        maxLength: rule.telling.groupBy.length,
      })
      .map(keyText),
    number: fc.integer({ min: 1 }),
    kind: fc.constantFrom('firing', 'escalated', 'renotified', 'updated', 'resolved', 'flapping'),
    at: time,
    since: time,
    severity,
    members: fc.array(
      fc.record({
        state: state(rule),
        news: fc.constantFrom('firing', 'escalated', 'resolved', 'flapping', 'goes on'),
      }),
      { minLength: 1, maxLength: MOST_MEMBERS },
    ),
    firing: fc.nat(),
    resolved: fc.nat(),
    heldBack: fc.nat(),
  }),
);
