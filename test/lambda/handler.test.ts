import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FunctionError, RequestTooLargeError } from '../../lib/lambda/errors.ts';
import { LambdaRuntime } from '../../lib/lambda/runtime.ts';
import { Workshop } from './probe.ts';

// One environment each: what a handler does is in the event.
const PLAIN = `let calls = 0;
export const handler = (event, context, callback) =>
  new Function('event', 'context', 'callback', 'calls', event.code)(event, context, callback, ++calls);`;
const ASYNC = `export const handler = async (event, context, callback) =>
  new Function('event', 'context', 'callback', event.code)(event, context, callback);`;

let workshop: Workshop;
let lambda: LambdaRuntime;
let output = '';

beforeAll(async () => {
  workshop = await Workshop.open();
  const functions = [
    await workshop.probe(PLAIN, { name: 'plain' }),
    await workshop.probe(ASYNC, { name: 'async', tracing: 'Active' }),
  ];
  lambda = new LambdaRuntime(functions, (_, text) => (output += text));
});

afterAll(async () => {
  await lambda.close();
  await workshop.close();
});

function plain(code: string, more: object = {}): Promise<unknown> {
  return lambda.invoke('plain', { code, ...more });
}

async function failure(answer: Promise<unknown>): Promise<FunctionError> {
  const thrown: unknown = await answer.catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(FunctionError);
  return thrown as FunctionError;
}

describe('a handler that gives a promise', () => {
  test('answers what it resolves to', async () => {
    expect(await lambda.invoke('async', { code: 'return { left: event.right };', right: 1 })).toEqual({
      left: 1,
    });
    expect(await plain('return Promise.resolve([1, "two"]);')).toEqual([1, 'two']);
  });

  test('answers null for nothing', async () => {
    expect(await lambda.invoke('async', { code: '' })).toBeNull();
  });

  test('does not wait for what else it has begun', async () => {
    const begin = 'globalThis.timer = setInterval(() => {}, 50); return "begun";';
    expect(await lambda.invoke('async', { code: begin })).toBe('begun');
    expect(await lambda.invoke('async', { code: 'clearInterval(globalThis.timer);' })).toBeNull();
  });

  test('fails with what it rejects with', async () => {
    const error = await failure(plain('return Promise.reject(new TypeError("no such flight"));'));
    expect(error).toMatchObject({ errorType: 'TypeError', message: 'no such flight' });
    expect(error.payload.trace?.[0]).toBe('TypeError: no such flight');
    expect(error.payload.trace?.length).toBeGreaterThan(1);
  });

  test('fails if it is async and can never be settled', async () => {
    const error = await failure(lambda.invoke('async', { code: 'return new Promise(() => {});' }));
    expect(error.errorType).toBe('Runtime.NodeJsExit');
    expect(await lambda.invoke('async', { code: 'return "well";' })).toBe('well');
  });
});

describe('a handler with a callback', () => {
  test('answers once nothing is left to do', async () => {
    const code = `let done = 0; setTimeout(() => done++, 30);
      const answer = { get done() { return done; } }; callback(null, answer);`;
    expect(await plain(code)).toEqual({ done: 1 });
  });

  test('answers at once if it does not wait', async () => {
    const code = `context.callbackWaitsForEmptyEventLoop = false;
      globalThis.timer = setInterval(() => {}, 50); callback(null, 'at once');`;
    expect(await plain(code)).toBe('at once');
    expect(await plain('clearInterval(globalThis.timer); callback(null, "and again");')).toBe('and again');
  });

  test('fails at once', async () => {
    const error = await failure(
      plain('setTimeout(() => {}, 10_000).unref(); callback(new RangeError("refused"));'),
    );
    expect(error).toMatchObject({ errorType: 'RangeError', message: 'refused' });
  });

  test('can fail with what is no error', async () => {
    const error = await failure(plain('callback("refused");'));
    expect(error.payload).toEqual({ errorType: 'string', errorMessage: 'refused', trace: [] });
  });

  test('is heard once', async () => {
    expect(await plain('callback(null, 1); callback(null, 2); callback(new Error("late"));')).toBe(1);
  });
});

describe('a handler that does neither', () => {
  test('answers null once nothing is left to do', async () => {
    expect(
      await plain('globalThis.ticked = 0; setTimeout(() => globalThis.ticked++, 30); return "unheard";'),
    ).toBeNull();
    expect(await plain('callback(null, globalThis.ticked);')).toBe(1);
  });

  test('fails with what it throws', async () => {
    expect(await failure(plain('throw new SyntaxError("unreadable");'))).toMatchObject({
      errorType: 'SyntaxError',
      message: 'unreadable',
    });
  });

  test.each([
    ['context.succeed(1)', 1],
    ['context.done(null, 2)', 2],
  ])('answers through %s', async (code, expected) => {
    expect(await plain(`${code}; setInterval(() => {}, 1_000).unref();`)).toBe(expected);
  });

  test('fails through context.fail and context.done', async () => {
    expect((await failure(plain('context.fail(new Error("failed"))'))).message).toBe('failed');
    expect((await failure(plain('context.done("done")'))).message).toBe('done');
  });
});

describe('an answer', () => {
  test('is what JSON leaves of it', async () => {
    const code = 'return Promise.resolve({ date: new Date(0), gone: undefined, nan: NaN });';
    expect(await plain(code)).toEqual({ date: '1970-01-01T00:00:00.000Z', nan: null });
  });

  test('that cannot be JSON is an error', async () => {
    const error = await failure(plain('return Promise.resolve(1n);'));
    expect(error).toMatchObject({ errorType: 'Error', message: 'Unable to stringify response body' });
  });

  test('of more than 6 MB is an error', async () => {
    const error = await failure(plain('return Promise.resolve("x".repeat(6_291_556));'));
    expect(error.payload).toEqual({
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
      trace: [],
    });
    expect(await plain('return Promise.resolve("x".repeat(6_291_554));')).toHaveLength(6_291_554);
  });
});

describe('an event', () => {
  test('is the function’s own copy', async () => {
    const event = { code: 'event.list.push(2); callback(null, event.list);', list: [1], gone: undefined };
    expect(await lambda.invoke('plain', event)).toEqual([1, 2]);
    expect(event.list).toEqual([1]);
  });

  test('of more than 6 MB is refused', async () => {
    const room = 6_291_456 - JSON.stringify({ code: 'callback(null, event.text.length);', text: '' }).length;
    const code = 'callback(null, event.text.length);';
    expect(await lambda.invoke('plain', { code, text: 'x'.repeat(room) })).toBe(room);
    await expect(lambda.invoke('plain', { code, text: 'x'.repeat(room + 1) })).rejects.toThrow(
      RequestTooLargeError,
    );
  });
});

describe('a context', () => {
  test('says which invocation of which function this is', async () => {
    const code =
      'callback(null, { ...context, time: context.getRemainingTimeInMillis(), env: process.env._X_AMZN_TRACE_ID });';
    const context = (await lambda.invoke('plain', { code }, 'request-1')) as Record<string, unknown>;
    expect(context).toMatchObject({
      awsRequestId: 'request-1',
      callbackWaitsForEmptyEventLoop: true,
      functionName: 'weir-dev-probe',
      functionVersion: '$LATEST',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:weir-dev-probe',
      logGroupName: '/aws/lambda/weir-dev-probe',
      memoryLimitInMB: '128',
    });
    expect(context.logStreamName).toMatch(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
    expect(context.time).toBeGreaterThan(3_000);
    expect(context.time).toBeLessThanOrEqual(5_000);
    expect(context.xRayTraceId).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/);
    expect(context.env).toBe(context.xRayTraceId);
  });

  test('has a trace of its own, sampled if the function’s are', async () => {
    const trace = (): Promise<unknown> => lambda.invoke('async', { code: 'return context.xRayTraceId;' });
    const [first, second] = [await trace(), await trace()];
    expect(first).not.toBe(second);
    expect(first).toMatch(/;Sampled=1$/);
  });
});

test('what a handler fails with is in its log', async () => {
  output = '';
  await failure(lambda.invoke('plain', { code: 'throw new RangeError("logged");' }, 'request-2'));
  expect(output).toMatch(
    /^\S+Z\trequest-2\tERROR\tInvoke Error \t\{"errorType":"RangeError","errorMessage":"logged","stack":\[/,
  );
});
