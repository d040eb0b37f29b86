import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Proxy, type Moment } from './proxy.ts';

let server: Server;
let proxy: Proxy;
/** What the server read to its end. */
let asked: string[];

beforeEach(async () => {
  asked = [];
  server = createServer((incoming, response) => {
    text(incoming).then(
      (body) => {
        asked.push(body);
        response.end(`got ${body.length}`);
      },
      () => undefined,
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await Proxy.start(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

afterEach(async () => {
  await proxy.stop();
  server.closeAllConnections();
  server.close();
});

async function ask(body: string): Promise<string> {
  const outgoing = request(proxy.endpoint, { method: 'POST', agent: false });
  outgoing.end(body);
  const [response] = (await once(outgoing, 'response')) as [NodeJS.ReadableStream];
  return text(response);
}

describe('Proxy', () => {
  test('carries requests and answers of any size', async () => {
    expect(await ask('hello')).toBe('got 5');
    expect(await ask('x'.repeat(3_000_000))).toBe('got 3000000');
  });

  test('breaks what is under way, refuses what is new, and comes back on the same port', async () => {
    const { endpoint } = proxy;
    const hanging = request(endpoint, { method: 'POST', agent: false });
    hanging.write('half of it');
    await once(hanging, 'socket');
    await ask('hello');
    const broken = once(hanging, 'response').catch((error: unknown) => error);
    const back = proxy.kill('now', 200);
    await expect(ask('hello')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await broken).toMatchObject({ code: 'ECONNRESET' });
    await back;
    expect(proxy.endpoint).toBe(endpoint);
    expect(await ask('again')).toBe('got 5');
  });

  test.each<[Moment, number]>([
    ['in a request', 0],
    ['before an answer', 1],
  ])('dies %s', async (moment, arrived) => {
    const back = proxy.kill(moment, 50);
    await expect(ask('hello')).rejects.toMatchObject({ code: 'ECONNRESET' });
    await back;
    expect(asked).toHaveLength(arrived);
    expect(await ask('again')).toBe('got 5');
  });

  test('dies of nothing in particular when it is asked nothing', async () => {
    await proxy.kill('before an answer', 0);
    expect(await ask('again')).toBe('got 5');
  });
});
