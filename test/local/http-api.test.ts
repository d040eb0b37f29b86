import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { serveHttpApi, type LocalHttpApi } from '../../lib/local/http-api.ts';
import type { HttpRoute } from '../../lib/local/stack/http-routes.ts';

interface Event {
  readonly rawPath: string;
  readonly pathParameters: Record<string, string>;
  readonly queryStringParameters: Record<string, string>;
  readonly routeKey: string;
  readonly body?: string;
}

let api: LocalHttpApi;
let events: { key: string; event: Event }[];
let answer: (event: Event) => unknown;

function route(method: string, path: string, key: string): HttpRoute {
  return {
    logicalId: key,
    routeKey: `${method} ${path}`,
    method,
    path,
    payloadFormatVersion: '2.0',
    function: { key },
  } as HttpRoute;
}

beforeEach(async () => {
  events = [];
  answer = () => ({ statusCode: 200, headers: { 'content-type': 'text/plain' }, body: 'fine' });
  const routes = [route('GET', '/aggregates/{aggregate}', 'query'), route('POST', '/events', 'ingest')];
  const invoke = (key: string, event: unknown): Promise<unknown> => {
    events.push({ key, event: event as Event });
    return Promise.resolve(answer(event as Event));
  };
  api = await serveHttpApi(routes, invoke, 0);
});

afterEach(() => api.close());

describe('serveHttpApi', () => {
  test('hands path and query over as API Gateway does', async () => {
    const response = await fetch(`${api.url}/aggregates/a%2Fb?origin=ORD&x=1%202`);
    expect([response.status, await response.text(), response.headers.get('content-type')]).toEqual([
      200,
      'fine',
      'text/plain',
    ]);
    expect(events).toMatchObject([
      {
        key: 'query',
        event: {
          routeKey: 'GET /aggregates/{aggregate}',
          pathParameters: { aggregate: 'a/b' },
          queryStringParameters: { origin: 'ORD', x: '1 2' },
        },
      },
    ]);
  });

  test('hands a body over in base64', async () => {
    await fetch(`${api.url}/events`, { method: 'POST', body: 'öl' });
    expect(Buffer.from(events[0]?.event.body ?? '', 'base64').toString()).toBe('öl');
  });

  test('answers 404 where there is no route, and for another method', async () => {
    expect((await fetch(`${api.url}/aggregates`)).status).toBe(404);
    expect((await fetch(`${api.url}/aggregates/a`, { method: 'POST' })).status).toBe(404);
    expect(events).toEqual([]);
  });

  test('survives a path whose encoding is broken', async () => {
    expect((await fetch(`${api.url}/aggregates/%E0%A4%A`)).status).toBe(200);
    expect(events).toMatchObject([{ event: { pathParameters: { aggregate: '%E0%A4%A' } } }]);
  });

  test('answers 500 if the function fails', async () => {
    answer = () => {
      throw new Error('no');
    };
    expect((await fetch(`${api.url}/aggregates/a`)).status).toBe(500);
  });

  test('decodes a body in base64', async () => {
    answer = () => ({
      statusCode: 201,
      body: Buffer.from([1, 2, 255]).toString('base64'),
      isBase64Encoded: true,
    });
    const response = await fetch(`${api.url}/aggregates/a`);
    expect(response.status).toBe(201);
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([1, 2, 255]);
  });
});
