import { beforeEach, describe, expect, it } from 'vitest';
import type { AlertState } from '../../lib/alerts/state.ts';
import { definePipeline, count } from '../../lib/index.ts';
import { alertRecord, alertState } from '../support/alert-state.ts';
import { MemoryAlertStore, MemoryPaneReader, viewsPane } from '../support/memory-alerts.ts';
import { minutes, pipeline, view } from '../support/pipeline.ts';
import { memoryApp } from './setup.ts';

const panes = new MemoryPaneReader();
const alerts = new MemoryAlertStore();
let logged: unknown[] = [];
const app = memoryApp(pipeline, {
  panes,
  alerts,
  onError: (error) => {
    logged.push(error);
  },
});

async function get(
  path: string,
  asked = app,
): Promise<{ status: number; type: string | null; body: unknown }> {
  const response = await asked.request(path);
  return { status: response.status, type: response.headers.get('content-type'), body: await response.json() };
}

async function ok(path: string): Promise<unknown> {
  const { status, type, body } = await get(path);
  expect({ status, type, body }).toMatchObject({ status: 200, type: 'application/json' });
  return body;
}

beforeEach(() => {
  logged = [];
  panes.hook = () => undefined;
  alerts.hook = () => undefined;
});

describe('GET /aggregates', () => {
  it('lists what the pipeline aggregates', async () => {
    expect(await ok('/aggregates')).toEqual({
      aggregates: [
        {
          name: 'views',
          key: ['page'],
          pane: '1m',
          retain: '30d',
          allowedLateness: '0s',
          rollups: [],
          measures: { n: 'count', ms: 'mean', slowest: 'max' },
        },
        {
          name: 'visits',
          key: ['page', 'user'],
          pane: '5m',
          retain: '30d',
          allowedLateness: '2m',
          rollups: [],
          measures: { n: 'count', total: 'sum' },
        },
      ],
    });
  });
});

describe('GET /aggregates/{aggregate}', () => {
  panes.put(
    viewsPane(0, [10, 30]),
    viewsPane(1, [50]),
    viewsPane(7, [70]),
    viewsPane(7, [1], 'a\\|b'),
    viewsPane(60 * 24, [90]),
  );
  panes.watermark = minutes(7.5);
  const range = 'from=2024-01-01T00:00:00Z&to=2024-01-01T00:10:00Z';
  const pane = (start: string, end: string, measures: object, final = true) => ({
    start: `2024-01-01T${start}:00.000Z`,
    end: `2024-01-01T${end}:00.000Z`,
    final,
    measures,
  });

  it('reads one key over a range at the resolution of the pane', async () => {
    expect(await ok(`/aggregates/views?page=home&${range}`)).toEqual({
      aggregate: 'views',
      key: { page: 'home' },
      from: '2024-01-01T00:00:00.000Z',
      to: '2024-01-01T00:10:00.000Z',
      resolution: '1m',
      watermark: '2024-01-01T00:07:30.000Z',
      panes: [
        pane('00:00', '00:01', { n: 2, ms: 20, slowest: 30 }),
        pane('00:01', '00:02', { n: 1, ms: 50, slowest: 50 }),
        pane('00:07', '00:08', { n: 1, ms: 70, slowest: 70 }, false),
      ],
    });
  });

  it('merges panes at a coarser resolution', async () => {
    expect(await ok(`/aggregates/views?page=home&${range}&resolution=5m`)).toMatchObject({
      resolution: '5m',
      panes: [
        pane('00:00', '00:05', { n: 3, ms: 30, slowest: 50 }),
        pane('00:05', '00:10', { n: 1, ms: 70, slowest: 70 }, false),
      ],
    });
  });

  it('widens the range to whole panes of the resolution', async () => {
    const path = '/aggregates/views?page=home&from=2024-01-01T00:01:30Z&to=2024-01-01T00:07:01Z';

    expect(await ok(path)).toMatchObject({
      from: '2024-01-01T00:01:00.000Z',
      to: '2024-01-01T00:08:00.000Z',
      panes: [{ measures: { n: 1 } }, { measures: { n: 1 } }],
    });
    expect(await ok(`${path}&resolution=1h`)).toMatchObject({
      from: '2024-01-01T00:00:00.000Z',
      to: '2024-01-01T01:00:00.000Z',
      panes: [{ measures: { n: 4 } }],
    });
  });

  it.each([
    [
      'the last day up to the watermark without any',
      '',
      '2023-12-31T00:08:00.000Z',
      '2024-01-01T00:08:00.000Z',
    ],
    [
      'a day from its begin',
      '&from=2024-01-01T06:00:00Z',
      '2024-01-01T06:00:00.000Z',
      '2024-01-02T06:00:00.000Z',
    ],
    [
      'a day up to its end',
      '&to=2024-01-01T06:00:00Z',
      '2023-12-31T06:00:00.000Z',
      '2024-01-01T06:00:00.000Z',
    ],
    [
      'one pane where that is longer than a day',
      '&resolution=2d&to=2024-01-01T00:00:00Z',
      '2023-12-31T00:00:00.000Z',
      '2024-01-02T00:00:00.000Z',
    ],
  ])('takes %s', async (_what, asked, from, to) => {
    expect(await ok(`/aggregates/views?page=home${asked}`)).toMatchObject({ from, to });
  });

  it('takes a key as it is, whatever is in it', async () => {
    expect(await ok(`/aggregates/views?page=${encodeURIComponent('a|b')}&${range}`)).toMatchObject({
      key: { page: 'a|b' },
      panes: [{ measures: { n: 1 } }],
    });
  });

  it('gives no panes for a key that has none', async () => {
    expect(await ok(`/aggregates/visits?page=home&user=&${range}`)).toMatchObject({
      key: { page: 'home', user: '' },
      resolution: '5m',
      panes: [],
    });
  });

  it('gives null for a measure without values', async () => {
    panes.put(viewsPane(100, []));

    expect(
      await ok('/aggregates/views?page=home&from=2024-01-01T01:40:00Z&to=2024-01-01T01:41:00Z'),
    ).toMatchObject({ panes: [{ measures: { n: 0, ms: null, slowest: null } }] });
  });

  it.each([
    [
      'an unknown aggregate',
      '/aggregates/view?page=home',
      404,
      "there is no aggregate 'view'; there are views, visits",
    ],
    [
      'a key without a dimension',
      '/aggregates/visits?page=home',
      400,
      "the parameter 'user' is missing; visits has one aggregate for each page and user",
    ],
    [
      'a misspelt parameter',
      `/aggregates/views?page=home&form=x`,
      400,
      "unknown parameter 'form'; known are page, from, to, resolution",
    ],
    [
      'a time without a zone',
      '/aggregates/views?page=home&from=2024-01-01T00:00:00',
      400,
      "the parameter 'from' '2024-01-01T00:00:00' is not ISO 8601 with a zone",
    ],
    [
      'a time that is none',
      '/aggregates/views?page=home&to=now',
      400,
      "the parameter 'to' 'now' is not ISO 8601",
    ],
    [
      'a resolution that is none',
      `/aggregates/views?page=home&resolution=1w`,
      400,
      "the parameter 'resolution': '1w' is not a duration",
    ],
    ['a resolution of no time', `/aggregates/views?page=home&resolution=0s`, 400, "'0s' is no time at all"],
    [
      'a resolution finer than the pane',
      `/aggregates/visits?page=a&user=b&resolution=1m`,
      400,
      "the resolution of 1m is not a multiple of visits's pane of 5m",
    ],
    [
      'a range turned round',
      '/aggregates/views?page=home&from=2024-01-02T00:00:00Z&to=2024-01-01T00:00:00Z',
      400,
      "'from' is not before 'to'",
    ],
    [
      'an empty range',
      '/aggregates/views?page=home&from=2024-01-01T00:00:00Z&to=2024-01-01T00:00:00Z',
      400,
      "'from' is not before 'to'",
    ],
    [
      'a range of too many panes',
      '/aggregates/views?page=home&from=2024-01-01T00:00:00Z&to=2024-01-07T22:41:00Z',
      400,
      'the range holds more than 10000 panes of 1m; ask for 10000m at most',
    ],
    [
      'a range beyond the years',
      '/aggregates/views?page=home&from=9999-12-31T23:00:00Z&to=9999-12-31T23:59:30Z',
      400,
      'beyond the year 9999',
    ],
    [
      'another path',
      '/aggregate',
      404,
      'there is nothing at GET /aggregate; ask /aggregates, /alerts or /silences',
    ],
  ])('refuses %s', async (_what, path, status, detail) => {
    const answer = await get(path);

    expect(answer).toEqual({
      status,
      type: 'application/problem+json',
      body: {
        type: 'about:blank',
        title: status === 404 ? 'Not Found' : 'Bad Request',
        status,
        detail: expect.stringContaining(detail) as unknown,
      },
    });
    expect(logged).toEqual([]);
  });

  it('takes as many panes as there may be', async () => {
    const path = '/aggregates/views?page=home&from=2024-01-01T00:00:00Z&to=2024-01-07T22:40:00Z';

    expect(await ok(path)).toMatchObject({ panes: { length: 5 } });
  });

  it('asks for a range while there is no watermark', async () => {
    const empty = memoryApp(pipeline);

    expect(await get('/aggregates/views?page=home', empty)).toMatchObject({
      status: 400,
      body: { detail: "no event has been read yet; give 'from' and 'to'" },
    });
  });

  it('says nothing of its inside when the store fails, and tells the log', async () => {
    panes.hook = () => {
      throw new Error('throttled: arn:aws:dynamodb:secret');
    };

    expect(await get(`/aggregates/views?page=home&${range}`)).toEqual({
      status: 500,
      type: 'application/problem+json',
      body: {
        type: 'about:blank',
        title: 'Internal Server Error',
        status: 500,
        detail: 'the request failed; the function log says why',
      },
    });
    expect(logged).toEqual([new Error('throttled: arn:aws:dynamodb:secret')]);
  });
});

describe('GET /alerts', () => {
  const put = async (alert: string, key: string, over: Partial<AlertState> = {}): Promise<void> => {
    const times = { at: minutes(1), since: minutes(1), windowStart: minutes(0) };
    const state = alertState({ alert, key, severity: 'warning', value: { n: 2 }, ...times, ...over });
    await alerts.write(alertRecord(state), [state]);
  };
  beforeEach(async () => {
    alerts.items.clear();
    await put('busy', 'home', { status: 'resolved' });
    for (const key of ['cart', 'home', 'news']) await put('slow', key);
  });
  const listed = async (path: string) => {
    const { alerts, next } = (await ok(path)) as {
      alerts: readonly { alert: string; key: { page: string } }[];
      next?: string;
    };
    return { names: alerts.map(({ alert, key }) => `${alert} ${key.page}`), next };
  };

  it('lists the latest transition of each alert and key', async () => {
    expect(await listed('/alerts')).toEqual({
      names: ['slow cart', 'slow home', 'slow news', 'busy home'],
      next: undefined,
    });
    expect(await ok('/alerts?limit=1')).toMatchObject({
      alerts: [
        {
          id: 'slow|cart|1',
          alert: 'slow',
          state: 'firing',
          severity: 'warning',
          key: { page: 'cart' },
          window: { start: '2024-01-01T00:00:00.000Z', end: '2024-01-01T00:01:00.000Z' },
          judged: 'onTime',
          value: { n: 2 },
        },
      ],
    });
  });

  it.each([
    ['alert=slow', ['slow cart', 'slow home', 'slow news']],
    ['alert=busy', ['busy home']],
    ['state=firing', ['slow cart', 'slow home', 'slow news']],
    ['state=resolved', ['busy home']],
    ['alert=slow&state=resolved', []],
  ])('chooses by %s', async (asked, names) => {
    expect(await listed(`/alerts?${asked}`)).toEqual({ names, next: undefined });
  });

  it.each([
    [1, '', 4],
    [2, '', 2],
    [3, '', 2],
    [4, '', 1],
    [2, '&alert=slow', 2],
    [1, '&state=firing', 3],
  ])('gives all, once, in pages of %d%s', async (limit, asked, pages) => {
    const all = await listed(`/alerts?${asked.slice(1)}`);
    const read: string[] = [];
    let next: string | undefined = '';
    let turned = 0;
    while (next !== undefined) {
      const after: string = next === '' ? '' : `&after=${encodeURIComponent(next)}`;
      const page = await listed(`/alerts?limit=${limit}${asked}${after}`);
      read.push(...page.names);
      next = page.next;
      turned++;
    }

    expect(read).toEqual(all.names);
    expect(turned).toBe(pages);
  });

  it('goes on after the empty key of an aggregate without dimensions', async () => {
    const whole = definePipeline(view, {
      eventTime: (event) => event.at,
      aggregates: { all: { key: {}, pane: '1m', measures: { n: count() } } },
      alerts: { any: { on: 'all', over: { size: 60_000, slide: 60_000 }, when: (window) => window.n > 0 } },
    });
    await put('any', '');
    const some = memoryApp(whole, { alerts });

    expect((await get('/alerts?limit=1', some)).body).toMatchObject({ alerts: [{ id: 'any||1', key: {} }] });
    expect((await get('/alerts?after=any%7C', some)).body).toEqual({ alerts: [] });
  });

  it.each([
    ['an unknown alert', 'alert=gone', "there is no alert 'gone'; there are slow, busy"],
    [
      'an unknown state',
      'state=ok',
      "the parameter 'state' is 'ok'; give one of open, firing, pending, recovering, resolved",
    ],
    [
      'a misspelt parameter',
      'pge=home',
      "unknown parameter 'pge'; known are alert, state, limit, after, page",
    ],
    ['a limit of none', 'limit=0', "the parameter 'limit' is '0'; give a whole number from 1 to 1000"],
    ['a limit too high', 'limit=1001', 'from 1 to 1000'],
    ['a limit in words', 'limit=ten', 'from 1 to 1000'],
    ['a broken limit', 'limit=1.5', 'from 1 to 1000'],
    ['a cursor that is none', 'after=home', "the parameter 'after' is not a 'next' that this API gave"],
    ['a cursor of an unknown alert', 'after=gone%7Chome', "the parameter 'after' is not a 'next'"],
    ['a cursor of another alert', 'alert=busy&after=slow%7Chome', "the parameter 'after' is not a 'next'"],
  ])('refuses %s', async (_what, asked, detail) => {
    expect(await get(`/alerts?${asked}`)).toMatchObject({
      status: 400,
      type: 'application/problem+json',
      body: { status: 400, detail: expect.stringContaining(detail) as unknown },
    });
  });

  it('says nothing of its inside when the store fails, and tells the log', async () => {
    alerts.hook = () => {
      throw new Error('throttled');
    };

    expect(await get('/alerts')).toMatchObject({ status: 500 });
    expect(logged).toEqual([new Error('throttled')]);
  });
});
