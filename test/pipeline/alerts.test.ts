import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  anomaly,
  count,
  definePipeline,
  mean,
  PipelineError,
  sessions,
  sliding,
  tumbling,
} from '../../lib/index.ts';
import type { Pipeline } from '../../lib/pipeline/pipeline.ts';

const flight = z.object({ at: z.string(), from: z.string(), to: z.string(), delay: z.number() });

type Loose = Readonly<Record<string, unknown>>;

/** A pipeline as JavaScript may define it: nothing has checked its rules. */
function define(alerts: Readonly<Record<string, Loose>>, routes?: unknown): Pipeline {
  return definePipeline(flight, {
    eventTime: (event) => event.at,
    aggregates: {
      departures: {
        key: { airport: (event) => event.from },
        pane: '5m',
        retain: '2d',
        measures: { n: count(), delay: mean((event) => event.delay) },
      },
      legs: {
        key: { airport: (event) => event.from, dest: (event) => event.to },
        pane: '10m',
        retain: '2h',
        allowedLateness: '1h',
        measures: { n: count() },
      },
      visits: {
        key: { airport: (event) => event.from },
        pane: '30m',
        session: { gap: '5m', max: '1h' },
        measures: { n: count() },
      },
      ever: { key: { airport: (event) => event.from }, pane: 'global', measures: { n: count() } },
      all: { key: {}, pane: '5m', retain: '2h', allowedLateness: '1h', measures: { n: count() } },
    },
    alerts: alerts as unknown as Record<string, never>,
    ...(routes === undefined ? {} : { routes: routes as never }),
  });
}

const RULE: Loose = { on: 'departures', over: tumbling('15m'), when: (w: { n: number }) => w.n > 1 };
const LEG: Loose = { on: 'legs', over: tumbling('20m'), when: (w: { n: number }) => w.n > 1 };
const VISIT: Loose = { on: 'visits', over: sessions(), when: (w: { n: number }) => w.n > 1 };
const isAny = (): boolean => true;

describe.each<[field: string, alerts: Record<string, Loose>, problem: string, remedy: string]>([
  ['a.when', { a: { ...RULE, when: 3 } }, 'is not a function', 'write when: (window) => window.n > 100'],
  ['a.when', { a: { ...RULE, when: {} } }, 'is empty', 'write when'],
  ['a.when.fatal', { a: { ...RULE, when: { fatal: isAny } } }, 'is unknown', 'info, warning, critical'],
  ['a.when.critical', { a: { ...RULE, when: { critical: 3 } } }, 'is not a function', 'write when'],
  [
    'a.severity',
    { a: { ...RULE, severity: 'info', when: { critical: isAny } } },
    'is given twice: when names severities too',
    'leave it out',
  ],
  [
    'a.severity',
    { a: { ...RULE, severity: 'fatal' } },
    'is not a severity',
    'take one of info, warning, critical',
  ],
  ['a.when', { a: { ...RULE, when: anomaly() } }, 'is anomaly(), but of nothing', 'add value'],
  ['a.clear', { a: { ...RULE, clear: 3 } }, 'is not a function', 'write clear'],
  ['a.value', { a: { ...RULE, value: 'n' } }, 'is not a function', 'write value: (window) => window.n'],
  ['a.for', { a: { ...RULE, for: '5x' } }, 'is no duration', '5x'],
  ['a.keepFiringFor', { a: { ...RULE, keepFiringFor: 5 } }, 'is no duration', ''],
  [
    'a.missing',
    { a: { ...RULE, missing: 'alarm' } },
    'is not a way to take missing data',
    'ok, breach, keep, ignore',
  ],
  ['a.atLeast', { a: { ...RULE, atLeast: 3 } }, 'is not an object', 'write atLeast: { windows: 3, of: 5 }'],
  ['a.atLeast', { a: { ...RULE, atLeast: { windows: 4, of: 3 } } }, 'does not name some', 'write atLeast'],
  ['a.atLeast', { a: { ...RULE, atLeast: { windows: 0, of: 3 } } }, 'does not name some', 'write atLeast'],
  ['a.atLeast.off', { a: { ...RULE, atLeast: { windows: 1, off: 3 } } }, 'is unknown', 'did you mean of?'],
  [
    'a.atLeast',
    { a: { ...RULE, over: sliding('15m', '5m'), atLeast: { windows: 1, of: 1_002 } } },
    'looks back on 1001 windows, more than 1000',
    'take fewer',
  ],
  [
    'a.atLeast',
    { a: { ...RULE, atLeast: { windows: 1, of: 200 } } },
    "looks back on 199 windows, but departures's panes are kept for 2d only",
    'retain them for at least 50h',
  ],
  [
    'a.for',
    { a: { ...RULE, with: ['all'], for: '2h', when: { warning: isAny, critical: isAny } } },
    "looks back on 8 windows, but all's panes are kept for 2h only",
    'retain them for at least 135m',
  ],
  [
    'a.atLeast',
    { a: { ...RULE, compare: ['1d'], atLeast: { windows: 2, of: 97 } } },
    "looks back on 96 windows, but departures's panes are kept for 2d only",
    'retain them for at least',
  ],
  ['a.with', { a: { ...RULE, with: 'all' } }, 'is no list of texts', "write with: ['requests']"],
  [
    'a.with',
    { a: { ...RULE, with: ['al'] } },
    "names an unknown aggregate 'al'",
    'take one of departures, legs',
  ],
  [
    'a.with',
    { a: { ...RULE, with: ['legs'] } },
    'names legs, which has a dimension dest that departures has not',
    'take',
  ],
  [
    'a.with',
    { a: { ...RULE, with: ['ever'] } },
    'names ever, but only windows of panes',
    'take an aggregate with panes',
  ],
  [
    'a.with',
    { a: { ...RULE, with: ['visits'] } },
    'names visits, but only windows of panes',
    'take an aggregate',
  ],
  [
    'a.with',
    { a: { ...VISIT, with: ['all'] } },
    'names all, but only windows of panes',
    'take an aggregate with panes',
  ],
  ['a.compare', { a: { ...RULE, compare: '1d' } }, 'is no list of texts', "write compare: ['1d', '7d']"],
  [
    'a.compare',
    { a: { ...RULE, compare: ['7m'] } },
    'has 7m, which is not a multiple of the pane of 5m',
    'take one',
  ],
  [
    'a.compare',
    { a: { ...RULE, compare: ['2d'] } },
    "has 2d, but departures's panes are kept for 2d only",
    'retain them for at least 2895m',
  ],
  ['a.compare', { a: { ...VISIT, compare: ['1h'] } }, 'makes no sense for sessions', 'leave it out'],
  [
    'a.threshold',
    { a: { ...RULE, value: isAny, threshold: 'high' } },
    'is not an object',
    'write threshold: 45',
  ],
  [
    'a.threshold.critical',
    { a: { ...RULE, value: isAny, threshold: { critical: 3 } } },
    'is unknown',
    'warning',
  ],
  [
    'a.threshold.warning',
    { a: { ...RULE, value: isAny, threshold: { warning: 'x' } } },
    'is no number',
    'write a number',
  ],
  [
    'a.for',
    { a: { ...RULE, judge: 'early', for: '5m' } },
    'takes whole windows, but judge: early',
    'leave out one',
  ],
  [
    'a.atLeast',
    { a: { ...RULE, judge: 'early', atLeast: { windows: 1, of: 2 } } },
    'takes whole windows',
    'leave out',
  ],
  ['a.for', { a: { ...VISIT, for: '5m' } }, 'looks from window to window, but sessions', 'leave it out'],
  ['a.missing', { a: { ...VISIT, missing: 'breach' } }, 'looks from window to window', 'leave it out'],
  [
    'a.judge',
    { a: { ...VISIT, judge: 'early' } },
    'is early, but a session is judged when it ends',
    'leave it out',
  ],
  ['a.runbook', { a: { ...RULE, runbook: 'wiki' } }, 'is no address', "write runbook: 'https://"],
  ['a.labels', { a: { ...RULE, labels: 'web' } }, 'is not an object', "write labels: { team: 'web' }"],
  [
    'a.labels.airport',
    { a: { ...RULE, labels: { airport: 'x' } } },
    'is a label that every such alert has',
    'rename',
  ],
  ['a.labels.team', { a: { ...RULE, labels: { team: 3 } } }, 'is no text', "write team: '…'"],
  ['a.groupBy', { a: { ...RULE, groupBy: 'airport' } }, 'is no list of texts', 'write groupBy'],
  [
    'a.groupBy',
    { a: { ...RULE, groupBy: ['dest'] } },
    'names dest, which is no dimension of departures',
    'some of airport',
  ],
  [
    'a.maxPerHour',
    { a: { ...RULE, maxPerHour: 0 } },
    'is no number of messages',
    'take a whole number from 1',
  ],
  [
    'a.maxPerHour',
    { a: { ...RULE, maxPerHour: 1_001 } },
    'is no number of messages',
    'take a whole number from 1 to 1000',
  ],
  ['a.renotify', { a: { ...RULE, renotify: '0s' } }, 'is no duration', ''],
  ['a.groupWait', { a: { ...RULE, groupWait: 'long' } }, 'is no duration', ''],
  ['a.flapping', { a: { ...RULE, flapping: 3 } }, 'is not an object', 'write flapping'],
  [
    'a.flapping.turns',
    { a: { ...RULE, flapping: { turns: 1, within: '1h' } } },
    'is no number of turns',
    'write',
  ],
  ['a.flapping.within', { a: { ...RULE, flapping: { turns: 3, within: 'x' } } }, 'is no duration', ''],
  ['a.inhibitedBy', { a: { ...RULE, inhibitedBy: 'b' } }, 'is no list of texts', 'write inhibitedBy'],
  [
    'a.inhibitedBy',
    { a: { ...RULE, inhibitedBy: ['a'] }, b: RULE },
    "names 'a', which is no other alert",
    'some of b',
  ],
  [
    'a.inhibitedBy',
    { a: { ...RULE, inhibitedBy: ['leg'] }, leg: LEG },
    'names leg, which has a dimension dest',
    'take',
  ],
  [
    'a.inhibitedBy',
    {
      a: { ...RULE, inhibitedBy: ['b'] },
      b: { ...RULE, inhibitedBy: ['c'] },
      c: { ...RULE, inhibitedBy: ['a'] },
    },
    'goes round in a circle, so that nobody would be told of any: a is inhibited by b is inhibited by c is inhibited by a',
    'take one of them out',
  ],
  [
    'a.inhibitedBy',
    { a: { ...RULE, inhibitedBy: ['a'] } },
    "names 'a', which is no other alert",
    'there is none yet',
  ],
  [
    'a.when.critical',
    { a: { ...RULE, when: { critical: anomaly() }, value: isAny } },
    'is anomaly(), which has one severity',
    "write when: anomaly() and severity: 'critical'",
  ],
  ['a.when', { a: { ...RULE, when: anomaly, value: isAny } }, 'is anomaly itself', 'write when: anomaly()'],
  [
    'a.threshold',
    { a: { ...RULE, threshold: 3 } },
    'is given without value',
    'add value: (window) => window.n',
  ],
  ['a.unit', { a: { ...RULE, unit: 'ms' } }, 'is given without value', 'add value: (window) => window.n'],
  ['a.unit', { a: { ...RULE, value: isAny, unit: 3 } }, 'is no text', "write unit: '…'"],
  ['a.threshold.warning', { a: { ...RULE, value: isAny, threshold: NaN } }, 'is no number', 'write a number'],
  ['a.summary', { a: { ...RULE, summary: 3 } }, 'is no text', "write summary: '…'"],
  ['a.labels.0', { a: { ...RULE, labels: ['web'] } }, 'is not a usable name', 'begin with a letter'],
  [
    'a.labels.my team',
    { a: { ...RULE, labels: { 'my team': 'a' } } },
    'is not a usable name',
    'begin with a letter',
  ],
  ['c.of', { a: RULE, c: { of: 'a', when: isAny } }, 'is no list of texts', "write of: ['slow', 'broken']"],
  ['c.of', { a: RULE, c: { of: [], when: isAny } }, 'is empty', 'write of'],
  ['c.of', { a: RULE, c: { of: ['b'], when: isAny } }, "names 'b', which is no alert", 'take some of a, c'],
  [
    'c.of',
    { a: RULE, leg: LEG, c: { of: ['a', 'leg'], when: isAny } },
    'names a by airport and leg by airport, dest',
    'take',
  ],
  [
    'd.of',
    { c: { of: ['d'], when: isAny }, d: { of: ['c'], when: isAny } },
    'goes round in a circle',
    'take one',
  ],
  ['c.when', { a: RULE, c: { of: ['a'] } }, 'is not a function', 'write when'],
  ['c.missing', { a: RULE, c: { of: ['a'], when: isAny, missing: 'ok' } }, 'is unknown', ''],
])('alerts.%s', (field, alerts, problem, remedy) => {
  it(`${problem}: is refused with a remedy`, () => {
    const error = refusalOf(() => define(alerts));

    expect(error.field).toBe(`alerts.${field}`);
    expect(error.message).toContain(`pipeline: alerts.${field} ${problem}`);
    expect(error.message.slice(error.message.indexOf(problem) + problem.length)).toContain(remedy);
  });
});

describe.each<[field: string, routes: unknown, problem: string]>([
  ['routes', 'pages', 'is not an object'],
  ['routes.0.match', [{ topic: 'pages' }], 'is missing'],
  ['routes.0.topic', [{ match: {}, topic: 'no pages' }], 'is "no pages", which is no name of a topic'],
  [
    'routes.1.match.severity',
    [
      { match: {}, topic: 'a' },
      { match: { severity: 3 }, topic: 'b' },
    ],
    'is neither a text',
  ],
  [
    'routes.0.match.severity',
    [{ match: { severity: [] }, topic: 'b' }],
    'is neither a text nor a list of texts',
  ],
  ['routes', { match: {}, topic: 'a' }, 'is no list'],
  ['routes.0.match.sevrity', [{ match: { sevrity: 'info' }, topic: 'b' }], 'is a label that no message has'],
  ['routes.0.match.dest', [{ match: { dest: 'ORD' }, topic: 'b' }], 'is a label that no message has'],
  ['routes.0.match.alert', [{ match: { alert: ['a', 'b'] }, topic: 'b' }], "has 'b', which no alert is"],
  [
    'routes.0.match.severity',
    [{ match: { severity: 'high' }, topic: 'b' }],
    "has 'high', which no severity is",
  ],
  ['routes.0.also', [{ match: {}, topic: 'b', also: 'yes' }], 'is neither true nor false'],
  ['routes.0.alsoo', [{ match: {}, topic: 'b', alsoo: true }], 'is unknown'],
])('%s', (field, routes, problem) => {
  it(`${problem}: is refused`, () => {
    const error = refusalOf(() => define({ a: RULE }, routes));

    expect(error.field).toBe(field);
    expect(error.message).toContain(problem);
  });
});

describe('a rule', () => {
  it('has what nobody said of it', () => {
    const [alert] = define({ a: RULE }).alerts;

    expect(alert).toMatchObject({
      pendingFor: 0,
      keepFiringFor: 0,
      atLeast: { windows: 1, of: 1 },
      missing: 'ok',
      judge: 'onTime',
      severity: 'warning',
      others: [],
      compare: [],
      telling: { renotify: Infinity, groupBy: ['airport'], groupWait: 0, maxPerHour: Infinity },
    });
  });

  it('has its severities from the least on, however they are written', () => {
    const [alert] = define({
      a: { ...RULE, when: { critical: isAny, info: isAny }, value: isAny, threshold: 45 },
    }).alerts;

    expect(alert?.levels.map(({ severity }) => severity)).toEqual(['info', 'critical']);
    expect(alert).toMatchObject({ severity: 'info', threshold: { info: 45, critical: 45 } });
  });

  it('waits for the slowest of its aggregates', () => {
    const [onTime, final] = define({
      a: { ...RULE, with: ['all'] },
      b: { ...RULE, with: ['all'], judge: 'final' },
    }).alerts;

    expect([onTime?.delay, final?.delay]).toEqual([0, 3_600_000]);
  });

  it('stands after the rules that it is over', () => {
    const { alerts } = define({ d: { of: ['c'], when: isAny }, c: { of: ['a'], when: isAny }, a: RULE });

    expect(alerts.map(({ name }) => name)).toEqual(['a', 'c', 'd']);
  });
});

function refusalOf(load: () => unknown): PipelineError {
  try {
    load();
  } catch (error) {
    if (error instanceof PipelineError) return error;
    throw error;
  }
  throw new Error('the rules were not refused');
}
