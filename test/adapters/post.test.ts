import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryError, post, RefusedError, type PostOptions } from '../../lib/adapters/post.ts';
import { startReceiver, type Receiver } from './receiver.ts';

let receiver: Receiver;
let pauses: number[];
let options: PostOptions;

beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(async () => {
  await receiver.close();
});
beforeEach(() => {
  receiver.answer();
  pauses = [];
  options = {
    hasTimeFor: () => pauses.length < 4,
    timeoutMs: 100,
    random: () => 0.5,
    sleep: (ms) => Promise.resolve(pauses.push(ms)),
  };
});

const send = (given: Partial<PostOptions> = {}, url = receiver.url): Promise<void> =>
  post({ url, body: { text: 'späť' } }, { ...options, ...given });

async function failure(sent: Promise<void>): Promise<unknown> {
  return sent.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('a message', () => {
  it('is posted once, as JSON', async () => {
    await send();

    expect(receiver.received).toMatchObject([
      {
        method: 'POST',
        path: '/hook/secret',
        headers: { 'content-type': 'application/json' },
        body: { text: 'späť' },
      },
    ]);
    expect(pauses).toEqual([]);
  });

  it('is taken with any 2xx, whatever is said with it', async () => {
    receiver.answer({ status: 202, text: '{ "status": "succ' });

    await send();

    expect(receiver.received).toHaveLength(1);
  });

  it('is posted again after 500, with longer and longer pauses', async () => {
    receiver.answer({ status: 500 }, { status: 503 }, { status: 502 }, { status: 200 });

    await send();

    expect(receiver.received).toHaveLength(4);
    expect(pauses).toEqual([250, 500, 1000]);
  });

  it('is posted again when Retry-After says, in seconds or by a date', async () => {
    receiver.answer(
      { status: 429, headers: { 'retry-after': '7' } },
      { status: 503, headers: { 'retry-after': new Date(Date.now() + 60_000).toUTCString() } },
      { status: 200 },
    );

    await send();

    expect(pauses[0]).toBe(7_000);
    expect(pauses[1]).toBeGreaterThan(57_000);
    expect(pauses[1]).toBeLessThanOrEqual(60_000);
  });

  it.each(['0', 'soon', '-5', new Date(0).toUTCString()])(
    'is never posted again at once: Retry-After: %s',
    async (header) => {
      receiver.answer({ status: 429, headers: { 'retry-after': header } });

      await send();

      expect(pauses).toEqual([250]);
    },
  );

  it('is posted again when there is no answer in time', async () => {
    receiver.answer('hang', { status: 200 });

    await send();

    expect(receiver.received).toHaveLength(2);
  });

  it('is posted again when nobody listens, until there is no time', async () => {
    const gone = await startReceiver();
    await gone.close();

    const error = await failure(send({}, gone.url));

    expect(error).toBeInstanceOf(DeliveryError);
    expect(error).not.toBeInstanceOf(RefusedError);
    expect((error as Error).message).toMatch(/^127\.0\.0\.1:\d+ did not take the message: .*ECONNREFUSED/);
    expect(pauses).toHaveLength(4);
  });

  it('is not waited with for longer than there is time, answer included', async () => {
    receiver.answer({ status: 429, headers: { 'retry-after': '30' } });
    const asked: number[] = [];

    const error = await failure(
      send({
        hasTimeFor: (ms) => {
          asked.push(ms);
          return ms < 20_000;
        },
      }),
    );

    expect(error).toBeInstanceOf(DeliveryError);
    expect((error as Error).message).toContain('429');
    expect(asked).toEqual([30_100]);
    expect(pauses).toEqual([]);
  });

  it.each([400, 401, 403, 404, 410])('is not posted again after %i', async (status) => {
    receiver.answer({ status, text: 'no_service' });

    const error = await failure(send());

    expect(error).toBeInstanceOf(RefusedError);
    expect((error as Error).message).toContain(`refused the message: ${status} no_service`);
    expect(receiver.received).toHaveLength(1);
  });

  it('does not follow a redirection, which would lose it', async () => {
    receiver.answer({ status: 302, headers: { location: '/elsewhere' } });

    expect(await failure(send())).toBeInstanceOf(RefusedError);
    expect(receiver.received).toHaveLength(1);
  });

  it('carries the user and the password of the address where they belong', async () => {
    await send({}, receiver.url.replace('http://', 'http://weir:p%40ss@'));

    expect(receiver.received).toMatchObject([
      { path: '/hook/secret', headers: { authorization: `Basic ${btoa('weir:p@ss')}` } },
    ]);
  });

  it.each([
    ['refused', { status: 404 }],
    ['not taken', { status: 500 }],
  ])('shows nothing of the address but the host when it is %s', async (_, answer) => {
    receiver.answer(answer);

    const error = await failure(send({ hasTimeFor: () => false }));

    expect(String(error)).toContain('127.0.0.1');
    expect(JSON.stringify([String(error), (error as Error).stack])).not.toContain('secret');
  });
});
