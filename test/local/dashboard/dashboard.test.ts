import { request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Dashboard, DASHBOARD_PATHS } from '../../../lib/local/dashboard/dashboard.ts';
import { RequestError } from '../../../lib/local/dashboard/problem.ts';
import type { Playback, RedriveRequest, Snapshot } from '../../../lib/local/dashboard/protocol.ts';
import { serveHttpApi, type LocalHttpApi } from '../../../lib/local/http-api.ts';
import type { HttpRoute } from '../../../lib/local/stack/http-routes.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

let calls: unknown[];
let snapshot: Snapshot;
let dashboard: Dashboard;
let api: LocalHttpApi;

beforeEach(async () => {
  calls = [];
  snapshot = { at: 0, service: 'shop-dev' } as Snapshot;
  dashboard = new Dashboard({
    snapshot: () => ({ ...snapshot, at: Date.now() }),
    playback: {
      state: () => ({ state: 'playing', speed: 60 }) as Playback,
      play: () => calls.push('play'),
      pause: () => calls.push('pause'),
      setSpeed: (speed) => calls.push(speed),
    },
    keys: (aggregate) => Promise.resolve({ aggregate, dimensions: ['origin'], keys: [] }),
    logs: (functionKey) => {
      if (functionKey !== 'aggregate') throw new RequestError(400, `there is no function '${functionKey}'`);
      return { function: functionKey, lines: ['a', 'b'] };
    },
    redrive: (asked: RedriveRequest) => {
      calls.push(asked);
      if (asked.ids !== 'all' && asked.ids[0] === 'broken') return Promise.reject(new Error('no queue'));
      return Promise.resolve({ tried: 2, accepted: 1, stays: { x: 'late' } });
    },
    page: () =>
      Promise.resolve(new Map([['/', { contentType: 'text/html; charset=utf-8', body: '<p>öl</p>' }]])),
  });
  const route: HttpRoute = {
    logicalId: 'Get',
    routeKey: 'GET /aggregates',
    method: 'GET',
    path: '/aggregates',
    payloadFormatVersion: '2.0',
    function: { key: 'query' },
  } as HttpRoute;
  api = await serveHttpApi([route], () => Promise.resolve({ body: 'from the function' }), 0, {
    answer: (asked, response) => dashboard.answer(asked, response),
  });
});

afterEach(async () => {
  dashboard.close();
  await api.close();
});

async function post(path: string, body: string, headers: Record<string, string> = JSON_TYPE) {
  const response = await fetch(`${api.url}${path}`, { method: 'POST', body, headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Asks as a browser that was led here under another name would: `fetch` does not let one choose these headers. */
async function ask(headers: Record<string, string>, method = 'GET', path = '/local/logs?function=aggregate') {
  const asked = request(`${api.url}${path}`, { method, headers });
  asked.end(method === 'POST' ? '{"play":true}' : undefined);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  await text(response);
  return response.statusCode;
}

describe('Dashboard', () => {
  test('serves the page, and leaves the API its routes', async () => {
    const page = await fetch(`${api.url}/`);
    expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([
      200,
      'text/html; charset=utf-8',
      '<p>öl</p>',
    ]);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self'/);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    const head = await fetch(`${api.url}/`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '10', '']);
    expect(await (await fetch(`${api.url}/aggregates`)).text()).toBe('from the function');
  });

  test('answers what the page asks for', async () => {
    expect(await (await fetch(`${api.url}/local/keys?aggregate=departures`)).json()).toEqual({
      aggregate: 'departures',
      dimensions: ['origin'],
      keys: [],
    });
    expect(await (await fetch(`${api.url}/local/logs?function=aggregate`)).json()).toEqual({
      function: 'aggregate',
      lines: ['a', 'b'],
    });
  });

  test('does what the buttons say', async () => {
    expect(await post('/local/playback', '{"speed":600,"play":true}')).toMatchObject({
      status: 200,
      body: { state: 'playing', speed: 60 },
    });
    await post('/local/playback', '{"play":false}');
    await post('/local/playback', '{"speed":"max"}');
    expect(await post('/local/redrive', '{"ids":["a","b"]}')).toEqual({
      status: 200,
      body: { tried: 2, accepted: 1, stays: { x: 'late' } },
    });
    await post('/local/redrive', '{"ids":"all"}');
    expect(calls).toEqual([600, 'play', 'pause', 'max', { ids: ['a', 'b'] }, { ids: 'all' }]);
  });

  test.each([
    ['/local/playback', '{"speed":0}', 400, /speed/],
    ['/local/playback', '{"speed":"fast"}', 400, /speed/],
    ['/local/playback', '{"sped":1}', 400, /sped/],
    ['/local/playback', 'play', 400, /not JSON/],
    ['/local/redrive', '{}', 400, /ids/],
    ['/local/redrive', '{"ids":[]}', 400, /ids/],
    ['/local/redrive', `{"ids":["${'x'.repeat(300_000)}"]}`, 413, /at most 262144 bytes/],
    ['/local/redrive', '{"ids":["broken"]}', 500, /no queue/],
    ['/local/events', '{}', 405, /use GET/],
    ['/', '{}', 405, /use GET, HEAD/],
    ['/local/nothing', '{}', 404, /nothing at POST \/local\/nothing/],
  ])('answers %s %.40s with %i', async (path, body, status, detail) => {
    const answer = await post(path, body);
    expect(answer).toMatchObject({ status, body: { type: 'about:blank', status } });
    expect(answer.body.detail).toMatch(detail);
    expect(calls.filter((call) => typeof call !== 'object')).toEqual([]);
  });

  test.each([
    ['/local/keys', 400],
    ['/local/logs?function=none', 400],
    ['/local/playback', 405],
    ['/favicon.ico', 404],
    ['//evil.example/local', 404],
    ['/%2e%2e/package.json', 404],
    ['/page.js', 404],
  ])('answers GET %s with %i', async (path, status) => {
    expect(await ask({}, 'GET', path)).toBe(status);
  });

  test('names the methods that there are', async () => {
    const response = await fetch(`${api.url}/local/playback`);
    expect(response.headers.get('allow')).toBe('POST');
    expect(response.headers.get('content-type')).toBe('application/problem+json');
  });

  test.each([
    ['127.0.0.1:3000', 200],
    ['localhost', 200],
    ['weir.localhost:3000', 200],
    ['[::1]:3000', 200],
    ['evil.example', 403],
    ['localhost.evil.example', 403],
    ['127.0.0.1.evil.example:3000', 403],
    ['evil.example#127.0.0.1', 403],
  ])('answers host %s with %i, whoever the name leads here', async (host, status) => {
    expect(await ask({ host })).toBe(status);
  });

  test.each([
    [{ origin: 'http://localhost:3000' }, 200],
    [{ origin: 'http://localhost:3000', 'sec-fetch-site': 'same-origin' }, 200],
    [{}, 200],
    [{ origin: 'http://evil.example' }, 403],
    [{ origin: 'http://localhost:5173' }, 403],
    [{ origin: 'null' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'content-type': 'text/plain' }, 415],
    [{ 'content-type': 'application/x-www-form-urlencoded' }, 415],
  ])('lets no other site press a button: %o', async (headers, status) => {
    const sent = { host: 'localhost:3000', ...JSON_TYPE, ...headers };
    expect(await ask(sent, 'POST', '/local/playback')).toBe(status);
    expect(calls).toEqual(status === 200 ? ['play'] : []);
  });

  test('sends snapshots when there is news, and not otherwise', async () => {
    const response = await fetch(`${api.url}/local/events`);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const events = snapshotsOf(response);
    expect((await events.next()).value).toMatchObject({ service: 'shop-dev' });
    expect(dashboard.viewers).toBe(1);
    const began = Date.now();
    setTimeout(() => (snapshot = { ...snapshot, service: 'other' }), 600);
    expect((await events.next()).value).toMatchObject({ service: 'other' });
    expect(Date.now() - began).toBeGreaterThanOrEqual(590);
    await events.return(undefined);
    while (dashboard.viewers > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  test('bounds the pages that listen', async () => {
    const open = await Promise.all(Array.from({ length: 32 }, () => fetch(`${api.url}/local/events`)));
    expect((await fetch(`${api.url}/local/events`)).status).toBe(503);
    for (const { body } of open) await body?.cancel();
    while (dashboard.viewers > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const again = await fetch(`${api.url}/local/events`);
    expect(again.status).toBe(200);
    await again.body?.cancel();
  });

  test('answers on every path that it says', async () => {
    for (const path of DASHBOARD_PATHS.filter((path) => path.startsWith('/local/'))) {
      expect(await ask({}, 'PUT', path), path).toBe(405);
    }
  });
});

async function* snapshotsOf({ body }: Response): AsyncGenerator<Snapshot, undefined> {
  if (body === null) return undefined;
  const decoder = new TextDecoder();
  let open = '';
  for await (const chunk of body) {
    open += decoder.decode(chunk as Uint8Array, { stream: true });
    const events = open.split('\n\n');
    open = events.pop() ?? '';
    for (const event of events) {
      const data = /^event: snapshot\ndata: (.*)$/.exec(event)?.[1];
      if (data !== undefined) yield JSON.parse(data) as Snapshot;
    }
  }
  return undefined;
}
