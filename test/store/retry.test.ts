import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pacer } from '../../lib/store/pacer.ts';
import {
  isPassing,
  isThrottle,
  OutOfTimeError,
  Retry,
  UnprocessedError,
  type RetryOptions,
} from '../../lib/store/retry.ts';
import { SimClock } from '../simulation/clock.ts';

const named = (name: string, over: object = {}): Error => Object.assign(new Error(name), { name, ...over });
const throttled = () => named('ProvisionedThroughputExceededException');

/** Makes a call that fails so many times before it succeeds, and tells of its attempts and pauses in order. */
function setUp(failures: readonly Error[], options: RetryOptions = {}) {
  const log: (number | string)[] = [];
  const left = [...failures];
  const retry = new Retry({
    random: () => 1,
    sleep: (ms) => {
      log.push(ms);
      return Promise.resolve();
    },
    ...options,
  });
  const call = () => {
    log.push('call');
    const failure = left.shift();
    return failure === undefined ? Promise.resolve('answer') : Promise.reject(failure);
  };
  return { log, run: () => retry.run(call), calls: () => log.filter((what) => what === 'call').length };
}

describe('Retry', () => {
  it('gives the answer of a call that succeeds, without a pause', async () => {
    const { log, run } = setUp([]);

    expect(await run()).toBe('answer');
    expect(log).toEqual(['call']);
  });

  it('calls again after pauses that double, up to two seconds', async () => {
    const { log, run } = setUp(Array.from({ length: 9 }, throttled), { attempts: Infinity });

    expect(await run()).toBe('answer');
    expect(log.filter((what) => what !== 'call')).toEqual([
      50, 100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000,
    ]);
    expect(log.slice(0, 3)).toEqual(['call', 50, 'call']);
  });

  it('draws each pause anew, between nothing and its length', async () => {
    const draws = [0, 0.5, 0.25, 0.999];
    const { log, run } = setUp(Array.from({ length: 4 }, throttled), { random: () => draws.shift() ?? 1 });

    await run();

    expect(log.filter((what) => what !== 'call')).toEqual([0, 50, 50, 399.6]);
  });

  it.each([
    [6, {}],
    [1, { attempts: 1 }],
    [3, { attempts: 3 }],
  ])(
    'makes %d attempts and throws what the last one met, without a pause after it',
    async (most, options) => {
      const failures = Array.from({ length: 9 }, (_, n) => named('ThrottlingException', { n }));
      const { log, run, calls } = setUp(failures, options);

      await expect(run()).rejects.toBe(failures[most - 1]);
      expect(calls()).toBe(most);
      expect(log.at(-1)).toBe('call');
    },
  );

  it.each([
    ['a failed condition', named('ConditionalCheckFailedException', { $metadata: { httpStatusCode: 400 } })],
    ['a refusal', named('ValidationException', { $metadata: { httpStatusCode: 400 } })],
    ['a mistake', new TypeError('x is not a function')],
    ['what is no error', 'ThrottlingException' as unknown as Error],
  ])('throws %s at once', async (_what, failure) => {
    const { log, run } = setUp([failure]);

    await expect(run()).rejects.toBe(failure);
    expect(log).toEqual(['call']);
  });

  it('makes no attempt when there is no time', async () => {
    const { log, run } = setUp([], { mayGoOn: () => false });

    await expect(run()).rejects.toThrow(OutOfTimeError);
    expect(log).toEqual([]);
  });

  it('asks for time before each attempt, and makes none without', async () => {
    let left = 2;
    const { run, calls } = setUp(Array.from({ length: 9 }, throttled), {
      attempts: Infinity,
      mayGoOn: () => left-- > 0,
    });

    await expect(run()).rejects.toThrow('the invocation ran out of time');
    expect(calls()).toBe(2);
  });

  it('throws what the last attempt met, not that time ran out, when both are so', async () => {
    let left = 3;
    const { run } = setUp(Array.from({ length: 9 }, throttled), { attempts: 3, mayGoOn: () => left-- > 0 });

    await expect(run()).rejects.toThrow('ProvisionedThroughputExceededException');
  });

  it('makes each attempt through the pacer, and pauses outside of it', async () => {
    const pacer = new Pacer(1);
    const others: string[] = [];
    const { log, run } = setUp([throttled()], {
      pacer,
      sleep: async () => {
        others.push(await pacer.run(() => Promise.resolve('has the only place')));
      },
    });

    expect(await run()).toBe('answer');
    expect(others).toEqual(['has the only place']);
    expect(log).toEqual(['call', 'call']);
  });

  it('lets the pacer know of throttles', async () => {
    const pacer = new Pacer(8);
    const { run } = setUp([throttled(), new UnprocessedError('2 keys'), named('TimeoutError')], {
      pacer,
      attempts: 3,
    });

    await expect(run()).rejects.toThrow('TimeoutError');
    expect(pacer.limit).toBe(2);
  });

  it('never pauses longer than two seconds, nor makes more attempts than it may', async () => {
    const options = fc.record({
      attempts: fc.integer({ min: 1, max: 40 }),
      draws: fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1 }),
      failures: fc.nat(50),
    });
    await fc.assert(
      fc.asyncProperty(options, async ({ attempts, draws, failures }) => {
        let drawn = 0;
        const { log, run, calls } = setUp(Array.from({ length: failures }, throttled), {
          attempts,
          random: () => draws[drawn++ % draws.length]!,
        });

        const succeeded = await run().then(
          () => true,
          () => false,
        );

        expect(succeeded).toBe(failures < attempts);
        expect(calls()).toBe(Math.min(failures + 1, attempts));
        const pauses = log.filter((what) => typeof what === 'number');
        expect(pauses).toHaveLength(calls() - 1);
        for (const [i, pause] of pauses.entries())
          expect(pause).toBe(draws[i % draws.length]! * Math.min(2_000, 50 * 2 ** i));
      }),
    );
  });
});

describe('isPassing', () => {
  it.each([
    ['ProvisionedThroughputExceededException', true],
    ['ThrottlingException', true],
    ['RequestLimitExceeded', true],
    ['LimitExceededException', true],
    ['KMSThrottlingException', true],
    ['RequestThrottled', true],
    ['KmsThrottled', true],
    ['ThrottledException', true],
    ['UnprocessedError', true],
    ['InternalServerError', false],
    ['ServiceUnavailable', false],
    ['TimeoutError', false],
    ['ECONNRESET', false],
  ])('takes %s for passing, and for a throttle: %s', (name, throttle) => {
    expect(isPassing(named(name))).toBe(true);
    expect(isThrottle(named(name))).toBe(throttle);
  });

  it.each(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ENOTFOUND'])(
    'knows the network by its code %s',
    (code) => {
      expect(isPassing(named('Error', { code }))).toBe(true);
      expect(isThrottle(named('Error', { code }))).toBe(false);
    },
  );

  it.each([
    [499, false],
    [500, true],
    [503, true],
  ])('knows an answer of status %d: %s', (httpStatusCode, passing) => {
    expect(isPassing(named('UnknownError', { $metadata: { httpStatusCode } }))).toBe(passing);
  });

  it.each([
    named('ConditionalCheckFailedException'),
    named('ResourceNotFoundException'),
    named('Error', { code: 'EACCES' }),
    named('Error', { code: 503 }),
    new OutOfTimeError('the invocation ran out of time'),
    { name: 'ThrottlingException' },
    undefined,
  ])('takes %s for one that stays', (error) => {
    expect(isPassing(error)).toBe(false);
    expect(isThrottle(error)).toBe(false);
  });
});

it('begins no call after time has run out while it waited for its turn', async () => {
  const clock = new SimClock(0);
  const pacer = new Pacer(1); // what earlier throttles have left
  const retry = new Retry({
    attempts: Infinity,
    mayGoOn: () => 60_000 - clock.now() > 5_000,
    pacer,
    sleep: (ms) => clock.sleep(ms),
  });
  const begun: number[] = [];
  const calls = Array.from({ length: 64 }, () =>
    retry.run(async () => {
      begun.push(clock.now());
      await clock.sleep(2_000); // hangs until its time-out
      throw Object.assign(new Error('no answer'), { name: 'TimeoutError' });
    }),
  );
  await Promise.allSettled(calls);
  expect(Math.max(...begun)).toBeLessThanOrEqual(55_000);
  expect(clock.now()).toBeLessThan(60_000);
});
