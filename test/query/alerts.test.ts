import { beforeEach, describe, expect, it } from 'vitest';
import type { AlertState } from '../../lib/alerts/state.ts';
import { createQueryApp } from '../../lib/query/app.ts';
import { alertRecord, alertState } from '../support/alert-state.ts';
import { noticeOf } from '../support/notice.ts';
import { minutes } from '../support/pipeline.ts';
import { memoryContext } from './setup.ts';
import { shop } from './shop.ts';

let context: ReturnType<typeof memoryContext>;
let app: ReturnType<typeof createQueryApp>;
beforeEach(() => {
  context = memoryContext(shop);
  app = createQueryApp(context);
});

async function call(
  method: string,
  path: string,
  body?: unknown,
  env?: object,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const response = await app.request(path, { method, ...sent }, env);
  return { status: response.status, body: await response.json() };
}

async function ok(path: string): Promise<unknown> {
  const { status, body } = await call('GET', path);
  expect({ status, body }).toMatchObject({ status: 200 });
  return body;
}

const times = (minute: number) => ({
  at: minutes(minute),
  since: minutes(minute),
  windowStart: minutes(minute - 1),
});

async function put(over: Partial<AlertState>): Promise<AlertState> {
  const state = alertState({ ...times(1), severity: 'warning', ...over });
  await context.alerts.write(alertRecord(state), [state]);
  return state;
}

const names = (body: unknown): string[] =>
  (body as { alerts: { alert: string; key: object }[] }).alerts.map(
    ({ alert, key }) => `${alert} ${Object.values(key).join(' ')}`,
  );

describe('GET /alerts', () => {
  it('says what made an alert what it is, and what its number is held against', async () => {
    await put({ alert: 'slow', key: 'home|ann', value: { n: 3, ms: 120 }, shown: 120, severity: 'critical' });

    expect(await ok('/alerts')).toEqual({
      alerts: [
        {
          id: 'slow|home|ann|1',
          alert: 'slow',
          state: 'firing',
          severity: 'critical',
          key: { page: 'home', user: 'ann' },
          since: '2024-01-01T00:01:00.000Z',
          at: '2024-01-01T00:01:00.000Z',
          window: { start: '2024-01-01T00:00:00.000Z', end: '2024-01-01T00:01:00.000Z' },
          judged: 'onTime',
          missing: false,
          value: { n: 3, ms: 120 },
          shown: { value: 120, threshold: 100, unit: 'ms' },
          runbook: 'https://example.com/slow',
          labels: { team: 'web' },
        },
      ],
    });
  });

  it.each([
    ['', ['slow a x', 'slow b x', 'slow b y', 'slow c y', 'down a']],
    ['state=open', ['slow a x', 'slow b x', 'slow b y', 'down a']],
    ['state=firing', ['slow a x', 'down a']],
    ['state=pending', ['slow b x']],
    ['state=recovering', ['slow b y']],
    ['state=resolved', ['slow c y']],
    ['page=a', ['slow a x', 'down a']],
    ['page=b', ['slow b x', 'slow b y']],
    ['user=y', ['slow b y', 'slow c y']],
    ['page=b&user=y', ['slow b y']],
    ['page=b&user=y&state=firing', []],
    ['alert=down&page=a', ['down a']],
    ['page=z', []],
  ])('chooses by %s', async (asked, chosen) => {
    await put({ alert: 'slow', key: 'a|x' });
    await put({ alert: 'slow', key: 'b|x', status: 'pending' });
    await put({ alert: 'slow', key: 'b|y', status: 'recovering' });
    await put({ alert: 'slow', key: 'c|y', status: 'resolved' });
    await put({ alert: 'slow', key: 'd|y', status: 'ok' });
    await put({ alert: 'down', key: 'a' });

    expect(names(await ok(`/alerts?${asked}`))).toEqual(chosen);
  });

  it('gives the one alert of a whole key once, in pages too', async () => {
    await put({ alert: 'slow', key: 'a|x' });
    await put({ alert: 'slow', key: 'b|x' });

    expect(names(await ok('/alerts?page=a&user=x&limit=1'))).toEqual(['slow a x']);
    expect(names(await ok('/alerts?page=a&user=x&limit=1&after=slow%7Ca%7Cx'))).toEqual([]);
  });

  it('says that a dimension is not the alert’s', async () => {
    expect(await call('GET', '/alerts?alert=down&user=x')).toMatchObject({
      status: 400,
      body: { detail: "unknown parameter 'user'; known are alert, state, limit, after, page" },
    });
  });

  it('says who has acknowledged what goes on firing', async () => {
    await put({ alert: 'down', key: 'a' });
    await put({ alert: 'down', key: 'b', ...times(5), status: 'recovering' });
    await put({ alert: 'down', key: 'c' });
    const ack = { alert: 'down', author: 'ann', comment: 'on it', at: minutes(7) };
    await context.acknowledgements.put({ ...ack, key: 'a', since: minutes(1) });
    // Of an earlier episode.
    await context.acknowledgements.put({ ...ack, key: 'b', since: minutes(1) });

    const { alerts } = (await ok('/alerts')) as { alerts: { acknowledged?: unknown }[] };

    expect(alerts.map(({ acknowledged }) => acknowledged)).toEqual([
      { author: 'ann', comment: 'on it', at: '2024-01-01T00:07:00.000Z' },
      undefined,
      undefined,
    ]);
  });

  it('says until when which silences keep it from being told of', async () => {
    await put({ alert: 'slow', key: 'a|x' });
    await put({ alert: 'slow', key: 'b|x' });
    const silence = { author: 'ann', comment: 'moving', created: 0 };
    const page = { label: 'page', operator: '=', value: 'a' } as const;
    for (const [id, start, end] of [
      ['past', 0, 60],
      ['now', 50, 90],
      ['next', 90, 120],
      ['later', 121, 130],
    ] as const) {
      await context.silences.put({
        ...silence,
        id,
        matchers: [page],
        start: minutes(start),
        end: minutes(end),
      });
    }

    const { alerts } = (await ok('/alerts')) as { alerts: { silenced?: unknown }[] };

    expect(alerts.map(({ silenced }) => silenced)).toEqual([
      { until: '2024-01-01T02:00:00.000Z', by: ['now'] },
      undefined,
    ]);
  });
});

describe('GET /alerts/{alert}/history', () => {
  beforeEach(async () => {
    const fired = alertState({ alert: 'slow', key: 'a|x', severity: 'critical', shown: 200, ...times(1) });
    const other = alertState({ alert: 'slow', key: 'b|x', ...times(1) });
    const resolved = { ...fired, status: 'resolved', at: minutes(9), version: 2 } as const;
    const notice = noticeOf({
      alert: 'slow',
      group: 'a',
      at: minutes(1),
      since: minutes(1),
      members: [{ state: fired, news: 'firing' }],
    });
    await context.history.add([
      { type: 'transition', at: fired.at, state: fired },
      { type: 'transition', at: other.at, state: other },
      { type: 'notice', at: notice.at, notice },
      { type: 'transition', at: resolved.at, state: resolved },
    ]);
    await context.history.add([
      {
        type: 'acknowledged',
        at: minutes(4),
        by: {
          alert: 'slow',
          key: 'a|x',
          since: minutes(1),
          author: 'ann',
          comment: 'on it',
          at: minutes(4),
        },
      },
    ]);
  });

  const told = async (asked: string): Promise<string[]> => {
    const { history } = (await ok(`/alerts/slow/history?${asked}`)) as {
      history: { type: string; id: string; at: string }[];
    };
    return history.map(({ type, id, at }) => `${at.slice(14, 16)} ${type} ${id}`);
  };

  it('tells all that has happened, latest first', async () => {
    expect(await ok('/alerts/slow/history?page=a&user=x')).toEqual({
      alert: 'slow',
      history: [
        expect.objectContaining({ type: 'transition', state: 'resolved', id: 'slow|a|x|2' }),
        {
          type: 'acknowledged',
          id: `acknowledged|slow|a|x|${minutes(1)}`,
          at: '2024-01-01T00:04:00.000Z',
          key: { page: 'a', user: 'x' },
          since: '2024-01-01T00:01:00.000Z',
          author: 'ann',
          comment: 'on it',
        },
        {
          type: 'notice',
          id: 'slow|a|1',
          at: '2024-01-01T00:01:00.000Z',
          kind: 'firing',
          severity: 'critical',
          group: { page: 'a' },
          firing: 1,
          resolved: 0,
          alerts: [{ key: { page: 'a', user: 'x' }, news: 'firing', severity: 'critical' }],
        },
        {
          type: 'transition',
          id: 'slow|a|x|1',
          state: 'firing',
          severity: 'critical',
          key: { page: 'a', user: 'x' },
          since: '2024-01-01T00:01:00.000Z',
          at: '2024-01-01T00:01:00.000Z',
          window: { start: '2024-01-01T00:00:00.000Z', end: '2024-01-01T00:01:00.000Z' },
          judged: 'onTime',
          missing: false,
          value: {},
          shown: { value: 200, threshold: 100, unit: 'ms' },
        },
      ],
    });
  });

  it.each([
    ['from=2024-01-01T00:04:00Z', ['09 transition slow|a|x|2', expect.stringContaining('04 acknowledged')]],
    ['to=2024-01-01T00:04:00Z&page=b', ['01 transition slow|b|x|1']],
    ['user=x&to=2024-01-01T00:04:00Z', { length: 3 }],
    ['page=z', []],
  ])('chooses by %s', async (asked, chosen) => {
    expect(await told(asked)).toMatchObject(chosen);
  });

  it.each([1, 2, 3, 4, 5])('gives all, once, in pages of %d', async (limit) => {
    const all = await told('');
    const read: string[] = [];
    for (let after = ''; ;) {
      const page = (await ok(`/alerts/slow/history?limit=${limit}${after}`)) as {
        history: { type: string; id: string; at: string }[];
        next?: string;
      };
      read.push(...page.history.map(({ type, id, at }) => `${at.slice(14, 16)} ${type} ${id}`));
      if (page.next === undefined) break;
      after = `&after=${encodeURIComponent(page.next)}`;
    }

    expect(all).toHaveLength(5);
    expect(read).toEqual(all);
  });

  it.each([
    ['gone/history', 404, "there is no alert 'gone'; there are slow, down"],
    ['slow/history?pge=a', 400, "unknown parameter 'pge'; known are page, user, from, to, limit, after"],
    ['slow/history?limit=501', 400, 'from 1 to 500'],
    ['slow/history?from=yesterday', 400, "the parameter 'from' 'yesterday' is not ISO 8601"],
    ['slow/history?from=2024-01-02T00:00:00Z&to=2024-01-01T00:00:00Z', 400, "'from' is not before 'to'"],
    ['slow/history?after=x', 400, "the parameter 'after' is not a 'next' that this API gave"],
  ])('refuses %s', async (path, status, detail) => {
    expect(await call('GET', `/alerts/${path}`)).toMatchObject({
      status,
      body: { detail: expect.stringContaining(detail) as unknown },
    });
  });
});

describe('POST /alerts/{alert}/acknowledge', () => {
  const acknowledge = (body: unknown, env?: object) => call('POST', '/alerts/slow/acknowledge', body, env);
  const key = { page: 'a', user: 'x' };

  it('notes who takes care of it, for everyone to see', async () => {
    await put({ alert: 'slow', key: 'a|x' });

    expect(await acknowledge({ key, author: 'ann', comment: ' on it ' })).toEqual({
      status: 200,
      body: {
        alert: 'slow',
        key,
        since: '2024-01-01T00:01:00.000Z',
        author: 'ann',
        comment: 'on it',
        at: '2024-01-01T01:00:00.000Z',
      },
    });
    expect(await ok('/alerts')).toMatchObject({ alerts: [{ acknowledged: { author: 'ann' } }] });
    expect(await ok('/alerts/slow/history')).toMatchObject({ history: [{ type: 'acknowledged' }] });
  });

  it('changes nothing the second time, but for a history that was not written', async () => {
    await put({ alert: 'slow', key: 'a|x', status: 'recovering' });
    context.history.hook = () => {
      throw new Error('throttled');
    };
    context.onError = () => undefined;
    app = createQueryApp(context);
    expect(await acknowledge({ key, author: 'ann' })).toMatchObject({ status: 500 });
    context.history.hook = () => undefined;
    app = createQueryApp({ ...context, now: () => minutes(70) });

    const second = await acknowledge({ key, author: 'bob', comment: 'me too' });

    expect(second.body).toMatchObject({ author: 'ann', comment: '', at: '2024-01-01T01:00:00.000Z' });
    expect(await acknowledge({ key, author: 'ann' })).toEqual(second);
    expect(await ok('/alerts/slow/history')).toMatchObject({ history: [{ author: 'ann' }] });
    expect(context.history.items.size).toBe(1);
  });

  it('is of one episode', async () => {
    await put({ alert: 'slow', key: 'a|x' });
    await acknowledge({ key, author: 'ann' });
    await put({ alert: 'slow', key: 'a|x', status: 'resolved', version: 2 });
    await put({ alert: 'slow', key: 'a|x', ...times(30), version: 3 });

    expect(await acknowledge({ key, author: 'bob' })).toMatchObject({
      body: { author: 'bob', since: '2024-01-01T00:30:00.000Z' },
    });
  });

  it('takes who has signed for the author, if it names none', async () => {
    await put({ alert: 'slow', key: 'a|x' });
    const userArn = 'arn:aws:sts::123456789012:assumed-role/ops/ann';
    const env = { requestContext: { authorizer: { iam: { userArn } } } };

    expect(await acknowledge({ key }, env)).toMatchObject({ status: 200, body: { author: userArn } });
  });

  it('says of one that is not firing what it is', async () => {
    expect(await acknowledge({ key, author: 'ann' })).toMatchObject({
      status: 409,
      body: {
        title: 'Conflict',
        detail: 'slow page=a user=x has never fired; only an alert that is firing can be acknowledged',
      },
    });
    for (const [i, status] of (['pending', 'ok', 'resolved'] as const).entries()) {
      await put({ alert: 'slow', key: 'a|x', status, version: i + 1 });
      expect(await acknowledge({ key, author: 'ann' })).toMatchObject({
        status: 409,
        body: {
          detail: `slow page=a user=x is ${status} since 2024-01-01T00:01:00.000Z; only an alert that is firing can be acknowledged`,
        },
      });
    }
    expect(context.acknowledgements.acknowledgements.size).toBe(0);
  });

  it.each([
    ['no JSON', '{', 400, 'the body is not JSON; send a JSON object'],
    ['a list', [], 400, 'the body is not a JSON object'],
    ['nothing', '', 400, 'the body is empty; send a JSON object'],
    ['a body too long', { comment: 'x'.repeat(17_000) }, 413, 'the body is longer than 16384 bytes'],
    [
      'a comment too long',
      { key, author: 'a', comment: 'x'.repeat(1_001) },
      400,
      "the field 'comment' is longer",
    ],
    [
      'an unknown field',
      { key, auther: 'ann' },
      400,
      "the acknowledgement has an unknown field 'auther'; did you mean author?",
    ],
    ['nobody', { key }, 400, "the field 'author' is missing"],
    ['an author that is no text', { key, author: 7 }, 400, "the field 'author' is not a text"],
    [
      'a part of a key',
      { key: { page: 'a' }, author: 'ann' },
      400,
      "the key has no text for 'user'; slow has one alert for each page and user",
    ],
    ['a key that is none', { key: 'a|x', author: 'ann' }, 400, "the field 'key' is not a JSON object"],
    [
      'another dimension',
      { key: { ...key, origin: 'x' }, author: 'ann' },
      400,
      "the field 'key' has an unknown field 'origin'; known are page, user",
    ],
  ])('refuses %s', async (_what, body, status, detail) => {
    await put({ alert: 'slow', key: 'a|x' });

    expect(await acknowledge(body)).toMatchObject({
      status,
      body: { status, detail: expect.stringContaining(detail) as unknown },
    });
  });

  it('refuses an alert that is not there', async () => {
    expect(await call('POST', '/alerts/gone/acknowledge', { author: 'ann' })).toMatchObject({
      status: 404,
      body: { title: 'Not Found', detail: "there is no alert 'gone'; there are slow, down" },
    });
  });
});
