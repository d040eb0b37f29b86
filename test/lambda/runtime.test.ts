import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { NotInvokedError } from '../../lib/esm/errors.ts';
import type { LocalFunction } from '../../lib/lambda/function.ts';
import type { OutputOrigin } from '../../lib/lambda/output.ts';
import { LambdaRuntime, type RuntimeOptions } from '../../lib/lambda/runtime.ts';
import { Workshop } from './probe.ts';

let workshop: Workshop;
let runtime: LambdaRuntime | undefined;
let lines: { readonly text: string; readonly origin: OutputOrigin }[] = [];

beforeAll(async () => {
  workshop = await Workshop.open();
});

afterEach(async () => {
  await runtime?.close();
});

afterAll(async () => {
  await workshop.close();
});

function run(functions: readonly LocalFunction[], options?: RuntimeOptions): LambdaRuntime {
  lines = [];
  runtime = new LambdaRuntime(functions, (_, text, origin) => lines.push({ text, origin }), options);
  return runtime;
}

async function start(code: string, settings?: Partial<LocalFunction>): Promise<LambdaRuntime> {
  return run([await workshop.probe(code, settings)]);
}

// A handler that does what its event says.
const PROBE = `let calls = 0;
export const handler = async (event) => {
  calls++;
  if (event.hang) await new Promise(() => setInterval(() => {}, 50));
  if (event.spin) for (;;);
  if (event.exit !== undefined) process.exit(event.exit);
  if (event.later) await new Promise(() => setTimeout(() => { throw new RangeError('much later'); }, 10));
  if (event.reject) { void Promise.reject(new RangeError('nobody looked')); await new Promise((resolve) => setTimeout(resolve, 50)); }
  if (event.wait) await new Promise((resolve) => setTimeout(resolve, event.wait));
  return calls;
};`;

describe('an execution environment', () => {
  test('keeps its state, and is alone with it', async () => {
    const lambda = await start(PROBE);
    expect([await lambda.invoke('probe', {}), await lambda.invoke('probe', {})]).toEqual([1, 2]);
    const both = [lambda.invoke('probe', { wait: 100 }), lambda.invoke('probe', { wait: 100 })];
    expect(await Promise.all(both)).toEqual([3, 1]);
  });

  test('has its own variables, and nothing of the host’s', async () => {
    process.env.OF_THE_HOST = 'yes';
    const lambda = await start(
      'export const handler = async () => { process.env.OF_THE_FUNCTION = "yes"; return { ...process.env }; };',
    );
    const variables = await lambda.invoke('probe', {});
    delete process.env.OF_THE_HOST;
    expect(variables).toMatchObject({ COLOUR: 'blue', AWS_LAMBDA_FUNCTION_NAME: 'weir-dev-probe' });
    expect(variables).not.toHaveProperty('OF_THE_HOST');
    expect(process.env.OF_THE_FUNCTION).toBeUndefined();
  });

  test('is frozen between invocations', async () => {
    const lambda = await start(`let ticks = 0;
      export const handler = async () => { setTimeout(() => { ticks++; console.log('ticked'); }, 20); return ticks; };`);
    expect(await lambda.invoke('probe', {})).toBe(0);
    await delay(100);
    expect(lines).toEqual([]);
    // It thaws before the next handler runs.
    expect(await lambda.invoke('probe', {})).toBe(1);
  });

  test('dies of its time-out, and of nothing but the invocation’s', async () => {
    const lambda = await start(`await new Promise((resolve) => setTimeout(resolve, 600));\n${PROBE}`, {
      timeoutMs: 500,
    });
    const failed = expect(lambda.invoke('probe', { spin: true }, 'request-1')).rejects;
    await failed.toMatchObject({
      errorType: 'Sandbox.Timedout',
      message: 'RequestId: request-1 Error: Task timed out after 0.50 seconds',
    });
    expect(await lambda.invoke('probe', {})).toBe(1);
  });

  test('dies with its process', async () => {
    const lambda = await start(PROBE);
    await expect(lambda.invoke('probe', { exit: 3 }, 'request-1')).rejects.toMatchObject({
      errorType: 'Runtime.ExitError',
      message: 'RequestId: request-1 Error: Runtime exited with error: exit status 3',
    });
    await expect(lambda.invoke('probe', { exit: 0 })).rejects.toThrow(
      'Runtime exited without providing a reason',
    );
    expect(await lambda.invoke('probe', {})).toBe(1);
  });

  test('dies of an error that nothing caught', async () => {
    const lambda = await start(PROBE);
    await expect(lambda.invoke('probe', { later: true })).rejects.toMatchObject({
      errorType: 'RangeError',
      message: 'much later',
    });
    await expect(lambda.invoke('probe', { reject: true })).rejects.toMatchObject({
      errorType: 'Runtime.UnhandledPromiseRejection',
      message: 'RangeError: nobody looked',
    });
    expect(await lambda.invoke('probe', {})).toBe(1);
  });

  test('dies if it has no memory left', async () => {
    const lambda = await start(
      'export const handler = async () => { const all = []; for (;;) all.push(new Array(10_000).fill(all.length)); };',
      { memoryMb: 32 },
    );
    await expect(lambda.invoke('probe', {}, 'request-1')).rejects.toMatchObject({
      errorType: 'Runtime.ExitError',
      message: 'RequestId: request-1 Error: Runtime exited with error: signal: killed',
    });
  });

  test('can be killed at work, and while it loads', async () => {
    const lambda = await start(PROBE);
    expect(await lambda.invoke('probe', {})).toBe(1);
    const hanging = expect(lambda.invoke('probe', { hang: true }, 'request-2')).rejects;
    const failed = hanging.toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(await lambda.kill('request-2')).toBe(true);
    await failed;
    const loading = expect(lambda.invoke('probe', {}, 'request-3')).rejects;
    const failedToo = loading.toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(await lambda.kill('request-3')).toBe(true);
    await failedToo;
    expect(await lambda.kill('request-3')).toBe(false);
  });

  test('is ended after it has been idle', async () => {
    const lambda = run([await workshop.probe(PROBE)], { idleMs: 30 });
    expect(await lambda.invoke('probe', {})).toBe(1);
    await delay(60);
    expect(await lambda.invoke('probe', {})).toBe(1);
  });
});

describe('reserved concurrency', () => {
  test('bounds what is under way', async () => {
    const lambda = await start(PROBE, { reservedConcurrency: 1 });
    const first = lambda.invoke('probe', { wait: 50 });
    await expect(lambda.invoke('probe', {})).rejects.toThrow(NotInvokedError);
    expect(await first).toBe(1);
    expect(await lambda.invoke('probe', {})).toBe(2);
  });

  test('of 0 is no invocation at all', async () => {
    const lambda = await start(PROBE, { reservedConcurrency: 0 });
    await expect(lambda.invoke('probe', {})).rejects.toThrow(NotInvokedError);
  });
});

describe('new code', () => {
  test('is for invocations that begin with it', async () => {
    const versions = `export const handler = async (event) => {
      if (event.wait) await new Promise((resolve) => setTimeout(resolve, event.wait)); return VERSION; };`;
    const local = await workshop.probe(versions.replace('VERSION', '1'));
    const lambda = run([local, { ...local, name: 'gone' }]);
    await lambda.invoke('probe', {});
    const underWay = [lambda.invoke('probe', { wait: 150 }), lambda.invoke('gone', { wait: 150 })];
    await workshop.probe(versions.replace('VERSION', '2'));
    // Both have begun.
    await delay(100);
    await lambda.replace([local]);
    expect(await lambda.invoke('probe', {})).toBe(2);
    await expect(lambda.invoke('gone', {})).rejects.toThrow("there is no function 'gone'; there are probe");
    expect(await underWay[0]).toBe(1);
    expect(await lambda.invoke('probe', {})).toBe(2);
    await Promise.allSettled(underWay);
  });
});

describe('output', () => {
  test('comes in lines, each with the invocation it is of', async () => {
    const lambda = await start(`console.log('loading');
      export const handler = async () => { process.stdout.write('one '); console.error('two'); process.stdout.write('line\\nand a half'); };`);
    await lambda.invoke('probe', {}, 'request-1');
    expect(lines.map(({ text, origin: { stream, requestId } }) => [text, stream, requestId])).toEqual([
      ['loading\n', 'stdout', undefined],
      ['two\n', 'stderr', 'request-1'],
      ['one line\n', 'stdout', 'request-1'],
      ['and a half\n', 'stdout', 'request-1'],
    ]);
    expect(new Set(lines.map(({ origin }) => origin.logStreamName)).size).toBe(1);
  });

  test('has Lambda’s own lines if they are asked for', async () => {
    const lambda = run([await workshop.probe(PROBE, { timeoutMs: 400 })], { platformLines: true });
    await lambda.invoke('probe', {}, 'request-1');
    await lambda.invoke('probe', { spin: true }, 'request-2').catch(() => undefined);
    expect(lines.map(({ text }) => text)).toEqual([
      'START RequestId: request-1 Version: $LATEST\n',
      'END RequestId: request-1\n',
      expect.stringMatching(
        /^REPORT RequestId: request-1\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms\n$/,
      ),
      'START RequestId: request-2 Version: $LATEST\n',
      'END RequestId: request-2\n',
      expect.stringMatching(/^REPORT RequestId: request-2\t.*\tStatus: timeout\n$/),
    ]);
    expect(new Set(lines.map(({ origin }) => origin.stream))).toEqual(new Set(['platform']));
  });
});

test('a function that is not there is named', async () => {
  const lambda = await start(PROBE);
  await expect(lambda.invoke('none', {})).rejects.toThrow("there is no function 'none'; there are probe");
});
