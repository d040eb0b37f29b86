import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { count, definePipeline, mean, PipelineError, sliding, tumbling } from '../../lib/index.ts';
import type { WindowShape } from '../../lib/time/window.ts';

const schema = z.object({ at: z.string(), page: z.string(), ms: z.number() });

// What follows is as an author in JavaScript writes it: nothing is typed, and everything may be wrong.
type Loose = Record<string, unknown>;

const aggregate = (over: Loose = {}): Loose => ({
  key: { page: (event: Loose) => event.page },
  pane: '5m',
  measures: { n: count(), ms: mean((event: { ms: number }) => event.ms) },
  ...over,
});
const alert = (over: Loose = {}): Loose => ({
  on: 'views',
  over: sliding('1h', '5m'),
  when: () => true,
  ...over,
});
const definition = (over: Loose = {}): Loose => ({
  eventTime: (event: Loose) => event.at,
  aggregates: { views: aggregate() },
  ...over,
});
const withAggregate = (over: Loose): Loose => definition({ aggregates: { views: aggregate(over) } });
const withAlert = (over: Loose): Loose => definition({ alerts: { busy: alert(over) } });

function define(loose: unknown, by: unknown = schema) {
  return (definePipeline as (schema: unknown, definition: unknown) => ReturnType<typeof definePipeline>)(
    by,
    loose,
  );
}

describe('a definition that can work', () => {
  it('has its lengths of time in ms, its defaults, and aggregates and alerts in order', () => {
    const pipeline = define(
      definition({
        aggregates: {
          views: aggregate(),
          pages: aggregate({ key: {}, retain: '1d', allowedLateness: '10m' }),
        },
        alerts: { busy: alert(), quiet: alert({ on: 'pages', over: tumbling('15m'), severity: 'info' }) },
      }),
    );

    expect(pipeline).toMatchObject({ maxOutOfOrderness: 0, maxAhead: 3_600_000, idleAfter: 60_000 });
    expect(pipeline.aggregates).toMatchObject([
      {
        name: 'views',
        index: 0,
        dimensions: ['page'],
        pane: 300_000,
        retain: 30 * 86_400_000,
        allowedLateness: 0,
        measures: [{ name: 'n' }, { name: 'ms' }],
      },
      { name: 'pages', index: 1, dimensions: [], retain: 86_400_000, allowedLateness: 600_000 },
    ]);
    expect(pipeline.alerts).toMatchObject([
      { name: 'busy', size: 3_600_000, slide: 300_000, severity: 'warning', clear: undefined },
      { name: 'quiet', size: 900_000, slide: 900_000, severity: 'info' },
    ]);
    expect(pipeline.alerts[1]?.aggregate).toBe(pipeline.aggregates[1]);
  });

  it('may have no alerts', () => {
    expect(define(definition()).alerts).toEqual([]);
  });

  it('takes any Standard Schema', () => {
    const byHand = {
      '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) },
    };

    expect(define(definition(), byHand).sources[0]?.schema).toBe(byHand);
  });

  it('may lay a window as long as one pane, and keep panes just as long as the window', () => {
    const pipeline = define(
      definition({
        aggregates: { views: aggregate({ retain: '1h' }) },
        alerts: { pane: alert({ over: tumbling('5m') }), hour: alert({ over: tumbling('1h') }) },
      }),
    );

    expect(pipeline.alerts.map(({ size }) => size)).toEqual([300_000, 3_600_000]);
  });
});

const hand = (size: unknown, slide: unknown) => ({ size, slide }) as WindowShape;

describe.each<[what: string, definition: unknown, field: string, problem: string, remedy: string]>([
  ['no definition', undefined, 'definition', 'is missing', '{ eventTime, aggregates }'],
  [
    'no eventTime',
    definition({ eventTime: undefined }),
    'eventTime',
    'is not a function',
    'write eventTime:',
  ],
  [
    'no aggregates at all',
    { eventTime: () => 0 },
    'aggregates',
    'is missing',
    'define at least one aggregate',
  ],
  [
    'an empty list of aggregates',
    definition({ aggregates: {} }),
    'aggregates',
    'is empty',
    'define at least one',
  ],
  [
    'an aggregate that is nothing',
    definition({ aggregates: { views: undefined } }),
    'aggregates.views',
    'is missing',
    'write { key, pane, measures }',
  ],
  [
    'an aggregate that is text',
    definition({ aggregates: { views: 'count' } }),
    'aggregates.views',
    'is not an object',
    'write { key, pane, measures }',
  ],
  ['no key', withAggregate({ key: undefined }), 'aggregates.views.key', 'is missing', 'write {}'],
  [
    'a dimension that is no function',
    withAggregate({ key: { page: 'page' } }),
    'aggregates.views.key.page',
    'is not a function',
    'write page: (event) => event.page',
  ],
  [
    'a dimension named as a parameter of the API',
    withAggregate({ key: { From: () => '' } }),
    'aggregates.views.key.From',
    'a parameter of the HTTP API has it too',
    'rename',
  ],
  [
    'measures missing',
    withAggregate({ measures: undefined }),
    'aggregates.views.measures',
    'is missing',
    'n: count()',
  ],
  [
    'no measures',
    withAggregate({ measures: {} }),
    'aggregates.views.measures',
    'has no measures',
    'n: count()',
  ],
  [
    'a measure that is none',
    withAggregate({ measures: { n: 'count' } }),
    'aggregates.views.measures.n',
    'is not a measure',
    'count()',
  ],
  [
    'a measure that was not called',
    withAggregate({ measures: { n: count } }),
    'aggregates.views.measures.n',
    'is not a measure',
    'count()',
  ],
  ['no pane', withAggregate({ pane: undefined }), 'aggregates.views.pane', 'is no duration', `'15m'`],
  [
    'a pane of ms in a number',
    withAggregate({ pane: 60_000 }),
    'aggregates.views.pane',
    'is no duration',
    `'15m'`,
  ],
  [
    'a pane of no time',
    withAggregate({ pane: '0s' }),
    'aggregates.views.pane',
    'no time at all',
    'above zero',
  ],
  [
    'a bad retain',
    withAggregate({ retain: '2w' }),
    'aggregates.views.retain',
    `'2w' is not a duration`,
    `'7d'`,
  ],
  [
    'a bad lateness',
    withAggregate({ allowedLateness: '-1m' }),
    'aggregates.views.allowedLateness',
    `'-1m' is not a duration`,
    `'30s'`,
  ],
  [
    'a bad disorder',
    definition({ maxOutOfOrderness: '1.5s' }),
    'maxOutOfOrderness',
    `'1.5s' is not a duration`,
    'whole number',
  ],
  ['no maxAhead', definition({ maxAhead: '0s' }), 'maxAhead', 'no time at all', 'above zero'],
  [
    'a bad idleAfter',
    definition({ idleAfter: '1 m' }),
    'idleAfter',
    `'1 m' is not a duration`,
    'whole number',
  ],
  [
    'a name with the separator of keys',
    definition({ aggregates: { 'a|b': aggregate() } }),
    'aggregates.a|b',
    'is not a usable name',
    'begin with a letter',
  ],
  [
    'a name that begins with a digit',
    withAggregate({ measures: { '1st': count() } }),
    'aggregates.views.measures.1st',
    'is not a usable name',
    'begin with a letter',
  ],
  [
    'a name of 65 letters',
    definition({ alerts: { ['a'.repeat(65)]: alert() } }),
    `alerts.${'a'.repeat(65)}`,
    'is not a usable name',
    'up to 64',
  ],
  [
    'aggregates with one name in two cases',
    definition({ aggregates: { views: aggregate(), Views: aggregate() } }),
    'aggregates.Views',
    'is a duplicate name of views',
    'rename one',
  ],
  [
    'measures with one name in two cases',
    withAggregate({ measures: { n: count(), N: count() } }),
    'aggregates.views.measures.N',
    'is a duplicate name of n',
    'rename one',
  ],
  [
    'a measure with the name of a dimension',
    withAggregate({ measures: { Page: count() } }),
    'aggregates.views.measures.Page',
    'is a duplicate name: a dimension of the key has it too',
    'rename one',
  ],
  [
    'an alert with the name of an aggregate',
    definition({ alerts: { Views: alert() } }),
    'alerts.Views',
    'is a duplicate name: an aggregate has it too',
    'rename one',
  ],
  [
    'alerts with one name in two cases',
    definition({ alerts: { busy: alert(), BUSY: alert() } }),
    'alerts.BUSY',
    'is a duplicate name of busy',
    'rename one',
  ],
  [
    'an alert that is nothing',
    definition({ alerts: { busy: null } }),
    'alerts.busy',
    'is missing',
    'write { on, over',
  ],
  [
    'an unknown aggregate',
    withAlert({ on: 'view' }),
    'alerts.busy.on',
    `names an unknown aggregate 'view'`,
    'take one of views',
  ],
  ['no condition', withAlert({ when: undefined }), 'alerts.busy.when', 'is not a function', 'write when:'],
  [
    'a clear that is no function',
    withAlert({ clear: true }),
    'alerts.busy.clear',
    'is not a function',
    'write clear:',
  ],
  [
    'an unknown severity',
    withAlert({ severity: 'fatal' }),
    'alerts.busy.severity',
    'is not a severity',
    'info, warning, critical',
  ],
  ['no window', withAlert({ over: undefined }), 'alerts.busy.over', 'is not a window', `tumbling('1h')`],
  [
    'a window that is text',
    withAlert({ over: '1h' }),
    'alerts.busy.over',
    'is not a window',
    `tumbling('1h')`,
  ],
  [
    'a window that never slides',
    withAlert({ over: hand(300_000, 0) }),
    'alerts.busy.over',
    'is not a window',
    'sliding(',
  ],
  [
    'a window of a broken number',
    withAlert({ over: hand(NaN, 300_000) }),
    'alerts.busy.over',
    'is not a window',
    'sliding(',
  ],
  [
    'a window that is no multiple of the pane',
    withAlert({ over: tumbling('12m') }),
    'alerts.busy.over',
    'has a size of 12m, which is not a multiple of the pane of 5m',
    'take 10m or 15m',
  ],
  [
    'a window that begins within a pane',
    withAlert({ over: tumbling('1h', { offset: '7m' }) }),
    'alerts.busy.over',
    'is moved by 7m, which is not a multiple of the pane of 5m',
    'take a pane that divides it',
  ],
  [
    'days that begin within a pane',
    definition({
      aggregates: { views: aggregate({ pane: '10m' }) },
      alerts: { busy: alert({ over: tumbling('1d', { zone: 'Asia/Kathmandu' }) }) },
    }),
    'alerts.busy.over',
    'has days of Asia/Kathmandu, which is 345m from UTC: they do not begin with a pane of 10m',
    'take a shorter pane',
  ],
  [
    'a window shorter than the pane',
    withAlert({ over: tumbling('1m') }),
    'alerts.busy.over',
    'has a size of 1m, which is not a multiple of the pane of 5m',
    'take 5m, or a pane that divides it',
  ],
  [
    'a slide that is no multiple of the pane',
    withAlert({ over: sliding('1h', '7m') }),
    'alerts.busy.over',
    'slides by 7m, which is not a multiple of the pane of 5m',
    'slide by 10m',
  ],
  [
    'a slide beyond the size',
    withAlert({ over: sliding('10m', '15m') }),
    'alerts.busy.over',
    'slides by 15m, more than its size of 10m',
    'slide by at most 10m',
  ],
  [
    'a window of too many panes',
    definition({
      aggregates: { views: aggregate({ pane: '1s', retain: '365d' }) },
      alerts: { busy: alert({ over: tumbling('3h') }) },
    }),
    'alerts.busy.over',
    'takes 10800 panes for one window, more than 10000',
    'take a longer pane or a shorter window',
  ],
  [
    'panes that go before the window ends',
    definition({
      aggregates: { views: aggregate({ retain: '30m' }) },
      alerts: { busy: alert({ over: tumbling('1h') }) },
    }),
    'alerts.busy.over',
    'kept for 30m only',
    'retain them for at least 1h',
  ],
  [
    'a misspelt field',
    definition({ maxOutOfOrdernes: '5m' }),
    'maxOutOfOrdernes',
    'is unknown',
    'did you mean maxOutOfOrderness? (known are eventTime, ',
  ],
  [
    'a misspelt field of an aggregate',
    withAggregate({ retian: '1d' }),
    'aggregates.views.retian',
    'is unknown',
    'did you mean retain? (known are key, pane, measures, retain, allowedLateness, session, rollups)',
  ],
  [
    'a field of an alert in another case',
    withAlert({ Severity: 'critical' }),
    'alerts.busy.Severity',
    'is unknown',
    'did you mean severity? (known are on, over, when, clear, atLeast, ',
  ],
  [
    'a field that is like none',
    withAlert({ cooldown: '1h' }),
    'alerts.busy.cooldown',
    'is unknown; known are on, over',
    'summary',
  ],
])('%s', (_what, loose, field, problem, remedy) => {
  it('is refused on load, with the field, the problem and the remedy', () => {
    const error = refusalOf(() => define(loose));

    expect(error.name).toBe('PipelineError');
    expect(error.field).toBe(field);
    expect(error.message).toContain(`pipeline: ${field} `);
    expect(error.message).toContain(problem);
    expect(error.message.slice(error.message.indexOf(problem) + problem.length)).toContain(remedy);
  });
});

describe.each([
  ['nothing', null],
  ['an object', {}],
  ['a schema without validate', { '~standard': { version: 1 } }],
  ['a validating function', (value: unknown) => value],
])('%s as the schema', (_what, notASchema) => {
  it('is refused', () => {
    const error = refusalOf(() => define(definition(), notASchema));

    expect(error.field).toBe('event schema');
    expect(error.message).toContain('is not a Standard Schema; give a zod, valibot or arktype schema');
  });
});

function refusalOf(load: () => unknown): PipelineError {
  try {
    load();
  } catch (error) {
    if (error instanceof PipelineError) return error;
    throw error;
  }
  throw new Error('the definition was not refused');
}
