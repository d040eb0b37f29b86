import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { callsThatEnd, pauseIn, retryIn, writesIn } from '../../lib/handle/invocation.ts';
import { Pacer } from '../../lib/store/pacer.ts';
import { isPassing, OutOfTimeError } from '../../lib/store/retry.ts';

/** An invocation that a test moves on; its time is read from it as a method of its own, as Lambda gives it. */
function setUp(remaining: number) {
  const invocation = { remaining, getRemainingTimeInMillis: () => invocation.remaining };
  return invocation;
}

const passing = (name = 'TimeoutError') => Object.assign(new Error(name), { name });

describe('writesIn', () => {
  it.each([
    [60_000, true],
    [7_001, true],
    [7_000, false],
    [0, false],
    [-1, false],
  ])('with %d ms left, says of another write: %s', (remaining, expected) => {
    expect(writesIn(setUp(remaining))()).toBe(expected);
  });

  it('asks anew each time', () => {
    const invocation = setUp(60_000);
    const mayGoOn = writesIn(invocation);

    expect(mayGoOn()).toBe(true);
    invocation.remaining = 1_000;
    expect(mayGoOn()).toBe(false);
  });
});

describe('pauseIn', () => {
  it.each([
    [60_000, 30, 30],
    [5_030, 10_000, 30],
    [1_000, 10_000, 0],
  ])('with %d ms left, waits of %d ms for %d', async (remaining, ms, expected) => {
    const before = performance.now();

    await pauseIn(setUp(remaining))(ms);

    const waited = performance.now() - before;
    expect(waited).toBeGreaterThan(expected - 5);
    expect(waited).toBeLessThan(expected + 1_000);
  });
});

describe('retryIn', () => {
  // Pauses are drawn from nothing up to their length: these take no time.
  beforeEach(() => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it.each([
    [5_001, true],
    [5_000, false],
  ])('with %d ms left, makes a call: %s', async (remaining, expected) => {
    let calls = 0;
    const done = retryIn(setUp(remaining), new Pacer(1)).run(() => Promise.resolve(calls++));

    if (expected) await done;
    else await expect(done).rejects.toThrow(OutOfTimeError);
    expect(calls).toBe(expected ? 1 : 0);
  });

  it('makes a call again for as long as there is time', async () => {
    const invocation = setUp(60_000);
    let calls = 0;

    const done = retryIn(invocation, new Pacer(1)).run(() => {
      calls++;
      invocation.remaining -= 27_500;
      return Promise.reject(passing());
    });

    await expect(done).rejects.toThrow(OutOfTimeError);
    expect(calls).toBe(2);
  });

  it('does not give up after any number of attempts', async () => {
    let calls = 0;
    const retry = retryIn(setUp(60_000), new Pacer(1));

    await retry.run(() => (++calls < 50 ? Promise.reject(passing()) : Promise.resolve()));

    expect(calls).toBe(50);
  });

  it('paces calls, and teaches the pacer', async () => {
    const pacer = new Pacer(8);
    let calls = 0;

    await retryIn(setUp(60_000), pacer).run(() =>
      calls++ === 0 ? Promise.reject(passing('ThrottlingException')) : Promise.resolve(),
    );

    expect(pacer.limit).toBe(4);
  });
});

describe('callsThatEnd', () => {
  it('ends a call early enough for a write, for what it left out and for the lane after it', () => {
    const { requestTimeout: call = Infinity, throwOnRequestTimeout } = callsThatEnd;

    expect(throwOnRequestTimeout).toBe(true);
    expect(writesIn(setUp(3 * call))()).toBe(false);
  });

  it.each([
    ['does not answer', () => undefined],
    [
      'stops in the middle of its answer',
      (answer: ServerResponse) => {
        answer.writeHead(200, { 'content-length': 100 });
        answer.write('{"Table');
      },
    ],
  ])('ends a call of a service that %s', async (_what, answerWith) => {
    const server = createServer((_request, answer) => {
      answerWith(answer);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = new DynamoDBClient({
      maxAttempts: 1,
      requestHandler: callsThatEnd,
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    const begun = performance.now();

    const error: unknown = await client.send(new ListTablesCommand({})).catch((reason: unknown) => reason);

    expect(isPassing(error)).toBe(true);
    expect(performance.now() - begun).toBeLessThan(3_500);
    client.destroy();
    server.closeAllConnections();
    server.close();
  });
});
