import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { at, count, definePipeline, every, max, source, together, tumbling } from '../../lib/index.ts';
import type { RuleCase } from '../../lib/rule-tests/cases.ts';
import { outcomeLine } from '../../lib/rule-tests/expected.ts';
import { runCase, type CaseResult } from '../../lib/rule-tests/run-case.ts';
import { view } from '../support/pipeline.ts';

const HERE = fileURLToPath(import.meta.url);
const START = '2024-01-01T00:00Z';

const pipeline = definePipeline(view, {
  eventTime: (event) => event.at,
  aggregates: {
    views: {
      key: { page: (event) => event.page },
      pane: '1m',
      measures: { n: count(), slowest: max((event) => event.ms) },
    },
  },
  alerts: {
    slow: {
      on: 'views',
      over: tumbling('1m'),
      when: { warning: (window) => window.slowest > 100, critical: (window) => window.slowest > 1_000 },
      keepFiringFor: '2m',
      renotify: '10m',
    },
    busy: { on: 'views', over: tumbling('1m'), when: (window) => window.n > 5, for: '2m' },
  },
});

const shows = (ms: number) => (time: string) => ({ at: time, page: 'my page', ms });
const run = (one: RuleCase): Promise<CaseResult> => runCase(HERE, one, pipeline);

/** The lines of a comparison, with their signs. */
function linesOf({ comparisons, moments }: CaseResult): string[] {
  const signs = { same: ' ', missing: '-', extra: '+' };
  return comparisons.flatMap(({ rows }) =>
    rows.map(({ is, outcome }) => `${signs[is]} ${outcomeLine(outcome, moments)}`),
  );
}

const slowForAWhile: RuleCase = {
  start: START,
  events: together(every('30s', '+0m', '+3m', shows(500)), every('30s', '+3m', '+8m', shows(1))),
  expect: { transitions: [] },
};
const PASSED = { error: undefined, comparisons: [], aside: [] };

describe('what is expected', () => {
  it('may be lines or objects, with a severity or without', async () => {
    const expect_ = {
      transitions: [
        '+1m slow page="my page" firing warning',
        { at: '2024-01-01T00:06Z', alert: 'slow', key: { page: 'my page' }, is: 'resolved' },
      ],
      notices: ['+1m slow page="my page" firing', '+6m slow page="my page" resolved warning'],
    } as const;

    expect(await run({ ...slowForAWhile, expect: expect_ })).toMatchObject(PASSED);
  });

  it('may be copied from what a failed case shows, with what stands in brackets after it', async () => {
    const transitions = [
      '+1m slow page="my page" firing warning  (n 2, slowest 500)',
      '+6m slow page="my page" resolved warning (no data)',
    ];

    expect(await run({ ...slowForAWhile, expect: { transitions } })).toMatchObject(PASSED);
  });

  it('is laid beside what came, by time', async () => {
    const transitions = ['+1m slow page="my page" firing critical', '+5m slow page="my page" resolved'];

    expect(linesOf(await run({ ...slowForAWhile, expect: { transitions } }))).toEqual([
      '- +1m slow page="my page" firing critical',
      '+ +1m slow page="my page" firing warning',
      '- +5m slow page="my page" resolved',
      '+ +6m slow page="my page" resolved warning',
    ]);
  });

  it('is of what lies between firing and resolved only if that is named', async () => {
    const transitions = [
      '+1m slow page="my page" firing',
      '+4m slow page="my page" recovering',
      '+6m slow page="my page" resolved',
    ];
    const relapse = together(
      every('30s', '+0m', '+3m', shows(500)),
      at('+3m', shows(1)),
      every('30s', '+4m', '+5m', shows(500)),
    );

    expect(await run({ ...slowForAWhile, expect: { transitions } })).toMatchObject(PASSED);
    expect(
      await run({
        start: START,
        events: relapse,
        until: '+5m',
        expect: { transitions: ['+1m slow page="my page" firing'] },
      }),
    ).toMatchObject(PASSED);
    expect(
      linesOf(await run({ start: START, events: relapse, until: '+5m', expect: { transitions } })),
    ).toContain('+ +5m slow page="my page" firing warning');
  });

  it('is of all alerts if none is named, and of those that are named if some are', async () => {
    const events = every('5s', '+0m', '+5m', shows(500));
    const firing = '+1m slow page="my page" firing';

    expect(linesOf(await run({ start: START, events, expect: { transitions: [] } }))).toEqual([
      '+ +1m slow page="my page" firing warning',
      '+ +3m busy page="my page" firing warning',
    ]);
    expect(await run({ start: START, events, expect: { transitions: [firing] } })).toMatchObject(PASSED);
    expect(
      linesOf(await run({ start: START, events, expect: { alerts: ['busy'], transitions: [firing] } })),
    ).toContain('+ +3m busy page="my page" firing warning');
  });

  it('calls a greater severity an escalation', async () => {
    const events = [at('+0m', shows(500)), at('+1m', shows(5_000)), at('+2m', shows(5_000))];
    const transitions = [
      '+1m slow page="my page" firing warning',
      '+2m slow page="my page" escalated critical',
    ];

    expect(await run({ start: START, events, expect: { transitions } })).toMatchObject(PASSED);
  });
});

describe('several streams', () => {
  const counted = (stream: string) =>
    source(view, { stream, eventTime: (event) => event.at }).aggregate({
      key: { page: (event) => event.page },
      pane: '1m',
      measures: { n: count() },
    });
  const shop = definePipeline({
    aggregates: { clicked: counted('clicks'), bought: counted('buys') },
    alerts: { busy: { on: 'clicked', over: tumbling('10m'), when: (w) => w.n >= 5, judge: 'early' } },
  });

  it('come in side by side, in order of time', async () => {
    const streams = {
      clicks: every('10s', '+0m', '+20m', shows(1)),
      buys: every('1m', '+0m', '+20m', shows(1)),
    };
    const notices = ['+40s busy page="my page" firing'];

    expect(await run({ start: START, pipeline: shop, streams, expect: { notices } })).toMatchObject(PASSED);
  });
});

describe('silence after the last event', () => {
  it('is gone on in only if the case says until when', async () => {
    const events = every('30s', '+0m', '+3m', shows(500));
    const notices = ['+1m slow page="my page" firing', '+6m slow page="my page" resolved'];

    expect(await run({ start: START, events, until: '+6m', expect: { notices } })).toMatchObject(PASSED);
    expect(linesOf(await run({ start: START, events, expect: { notices } }))).toEqual([
      '  +1m slow page="my page" firing warning',
      '- +6m slow page="my page" resolved',
    ]);
  });

  it('has people told again of what goes on', async () => {
    const events = every('30s', '+0m', '+25m', shows(500));
    const notices = [1, 11, 21].map(
      (minute) => `+${minute}m slow page="my page" ${minute === 1 ? 'firing' : 'renotified'}`,
    );

    expect(await run({ start: START, events, expect: { notices } })).toMatchObject(PASSED);
  });
});

describe('silences', () => {
  it('withhold what they match, and let it be told of once they are over', async () => {
    const events = every('30s', '+0m', '+8m', shows(500));
    const silence = { from: '+0m', to: '+4m' };
    const told = async (...match: string[]): Promise<CaseResult> =>
      run({
        start: START,
        events,
        silences: [{ ...silence, match }],
        expect: { notices: ['+4m slow page="my page" firing'] },
      });

    expect(await told('page=~my.*', 'alert=slow')).toMatchObject(PASSED);
    expect((await told('page=other')).comparisons).toHaveLength(1);
  });
});

describe('records that are set aside', () => {
  const events = [at('+5m', shows(1)), at('+1m', shows(1)), { at: START, page: 7 }];

  it('fail a case that does not expect them', async () => {
    const { aside } = await run({ start: START, events, expect: { transitions: [] } });

    expect(
      aside.map(({ kind, came, expected, messages }) => [kind, came, expected, messages.length]),
    ).toEqual([
      ['late', 1, 0, 1],
      ['quarantined', 1, 0, 1],
    ]);
  });

  it('pass if they are expected', async () => {
    expect(await run({ start: START, events, expect: { late: 1, quarantined: 1 } })).toMatchObject(PASSED);
  });
});

describe('a case that cannot be meant', () => {
  const events = every('30s', '+0m', '+3m', shows(1));
  const good = { start: START, events, expect: { transitions: [] } } as const;

  it.each<[what: string, one: object, error: string]>([
    ['no expectation', { expect: {} }, 'expect says nothing, so that the case cannot fail; write expect'],
    ['an unknown field', { expects: {} }, 'expects is unknown; '],
    ['no events', { events: undefined }, 'events is missing; write events'],
    ['a time that is none', { until: 'noon' }, "until 'noon' is not ISO 8601 with a zone"],
    [
      'a relative time without a start',
      { start: undefined },
      "events: every is '+0m', but the case has no start; add start",
    ],
    [
      'an unknown alert',
      { expect: { transitions: ['+1m slwo page=a firing'] } },
      "expect.transitions[0] names 'slwo', which is no alert of the pipeline; take one of slow, busy",
    ],
    [
      'an unknown status',
      { expect: { transitions: ['+1m slow page=a fires'] } },
      "expect.transitions[0] has 'fires', which none of the transitions is; take one of pending",
    ],
    [
      'a missing dimension',
      { expect: { notices: ['+1m slow firing'] } },
      'expect.notices[0] names no dimension, but notices of slow are by page; write page=…',
    ],
    [
      'an unknown severity',
      { expect: { notices: ['+1m slow page=a firing loud'] } },
      "expect.notices[0] has an unknown severity 'loud'; take one of info, warning, critical",
    ],
    [
      'half a line',
      { expect: { notices: ['+1m slow'] } },
      "expect.notices[0] is '+1m slow', which is not TIME",
    ],
    [
      'a matcher that is none',
      { silences: [{ match: ['page'], from: '+0m', to: '+1m' }] },
      "silences[0].match[0] is 'page', which is no matcher",
    ],
    [
      'a maker that throws',
      {
        events: every('1m', '+0m', '+3m', () => {
          throw new Error('oh');
        }),
      },
      'events cannot be made: oh; mend the function of every',
    ],
    [
      'times the wrong way round',
      { events: every('1m', '+3m', '+0m', shows(1)) },
      'events: every goes from +3m to +0m, which is not later; swap them',
    ],
    ['a file that is not there', { events: 'none.ndjson' }, 'there is no such file'],
    ['events that are no list', { events: { at: START } }, 'events is no list; write a list, every('],
    [
      'together of a list',
      { events: together([at('+1m', shows(1))] as never) },
      'events: together is of something else than events that every, at or together make',
    ],
    [
      'a line instead of lines',
      { expect: { notices: '+1m slow page=a firing' } },
      'expect.notices is no list; write a list of lines',
    ],
    [
      'an alert instead of alerts',
      { expect: { alerts: 'slow', late: 0 } },
      'expect.alerts is no list of texts',
    ],
    ['a silence instead of silences', { silences: { match: ['page=a'] } }, 'silences is no list; write ['],
    [
      'a matcher instead of matchers',
      { silences: [{ match: 'page=a', from: '+0m', to: '+1m' }] },
      'silences[0].match is no list of texts',
    ],
    [
      'a label that no alert has',
      { silences: [{ match: ['pgae!=a'], from: '+0m', to: '+1m' }] },
      "silences[0].match[0] names 'pgae', which no alert has; take one of alert, severity, page",
    ],
    [
      'a pattern that is none',
      { silences: [{ match: ['alert=slow', 'page=~('], from: '+0m', to: '+1m' }] },
      'silences[0].match[1] has "(", which is no regular expression; write one',
    ],
    [
      'a silence the wrong way round',
      { silences: [{ match: ['page=a'], from: '+1m', to: '+0m' }] },
      'silences[0] goes from +1m to +0m, which is not later; swap them',
    ],
    ['a start that is none', { start: '+1h' }, "start '+1h' is not ISO 8601 with a zone; write it as"],
    ['a pipeline that is none', { pipeline: {} }, 'pipeline is none; give what definePipeline gives'],
    ['a stream that is not there', { events: undefined, streams: { x: [] } }, 'streams.x is no stream'],
  ])('says so: %s', async (_what, wrong, error) => {
    const { error: said } = await run({ ...good, ...wrong });

    expect(said).toContain(error);
  });
});
