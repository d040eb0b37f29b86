import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FunctionError } from '../../lib/lambda/errors.ts';
import { LambdaRuntime, type LocalFunction } from '../../lib/lambda/runtime.ts';

let directory: string;
let runtime: LambdaRuntime | undefined;
let output: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-lambda-'));
  output = '';
});

afterEach(async () => {
  await runtime?.close();
  await rm(directory, { recursive: true, force: true });
});

async function start(code: string, settings: Partial<LocalFunction> = {}): Promise<LambdaRuntime> {
  const file = join(directory, 'function.mjs');
  await writeFile(file, code);
  const local: LocalFunction = {
    name: 'probe',
    arn: 'arn:aws:lambda:us-east-1:000000000000:function:probe',
    module: pathToFileURL(file).href,
    handlerName: 'handler',
    timeoutMs: 5_000,
    memoryMb: 128,
    environment: { COLOUR: 'blue' },
    ...settings,
  };
  runtime = new LambdaRuntime([local], (_, text) => (output += text));
  return runtime;
}

describe('LambdaRuntime', () => {
  test('hands over event and context, and nothing of the host’s environment', async () => {
    const lambda = await start(`export const handler = async (event, context) => ({
      event, id: context.awsRequestId, memory: context.memoryLimitInMB, name: context.functionName, arn: context.invokedFunctionArn,
      time: context.getRemainingTimeInMillis(), env: { ...process.env } });`);
    const answer = (await lambda.invoke('probe', { a: 1 }, 'request-1')) as Record<string, unknown>;
    expect(answer).toMatchObject({
      event: { a: 1 },
      id: 'request-1',
      memory: '128',
      name: 'probe',
      env: { COLOUR: 'blue' },
    });
    expect(answer.env).toEqual({ COLOUR: 'blue' });
    expect(answer.arn).toBe('arn:aws:lambda:us-east-1:000000000000:function:probe');
    expect(answer.time).toBeGreaterThan(0);
    expect(answer.time).toBeLessThanOrEqual(5_000);
  });

  test('keeps a warm environment’s state between invocations', async () => {
    const lambda = await start('let calls = 0; export const handler = async () => ++calls;');
    expect([await lambda.invoke('probe', {}), await lambda.invoke('probe', {})]).toEqual([1, 2]);
  });

  test('isolates concurrent invocations from each other', async () => {
    const lambda = await start(`let calls = 0;
      export const handler = async () => { calls++; await new Promise((resolve) => setTimeout(resolve, 200)); return calls; };`);
    expect(await Promise.all([lambda.invoke('probe', {}), lambda.invoke('probe', {})])).toEqual([1, 1]);
  });

  test('passes on what the function throws', async () => {
    const lambda = await start(
      `export const handler = async () => { throw new TypeError('no such flight'); };`,
    );
    const thrown: unknown = await lambda.invoke('probe', {}).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(FunctionError);
    expect(thrown).toMatchObject({ errorType: 'TypeError', message: 'no such flight' });
  });

  test('ends an invocation that runs out of time, and begins anew', async () => {
    const lambda = await start(
      `let calls = 0; export const handler = async (event) => { calls++; if (event.hang) for (;;); return calls; };`,
      { timeoutMs: 300 },
    );
    await expect(lambda.invoke('probe', { hang: true })).rejects.toThrow('Task timed out after 0.30 seconds');
    expect(await lambda.invoke('probe', {})).toBe(1);
  });

  test('reports a function that ends its process', async () => {
    const lambda = await start('export const handler = async () => process.exit(3);');
    await expect(lambda.invoke('probe', {})).rejects.toMatchObject({ errorType: 'Runtime.ExitError' });
  });

  test('kills an invocation under way, and begins anew', async () => {
    const lambda = await start(
      `let calls = 0; export const handler = async (event) => { calls++; if (event.hang) await new Promise(() => setInterval(() => {}, 50)); return calls; };`,
    );
    expect(await lambda.invoke('probe', {})).toBe(1);
    const hanging = lambda.invoke('probe', { hang: true }, 'request-2');
    const failed = expect(hanging).rejects.toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(await lambda.kill('request-2')).toBe(true);
    await failed;
    expect(await lambda.invoke('probe', {})).toBe(1);
    expect(await lambda.kill('request-2')).toBe(false);
  });

  test('kills an invocation whose environment is still loading', async () => {
    const lambda = await start(
      `await new Promise((resolve) => setTimeout(resolve, 5_000)); export const handler = async () => 'loaded';`,
    );
    const loading = lambda.invoke('probe', {}, 'request-1');
    const failed = expect(loading).rejects.toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(await lambda.kill('request-1')).toBe(true);
    await failed;
  });

  test('reports an error that nothing caught, and begins anew', async () => {
    const lambda = await start(`export const handler = (event) => event.fail
      ? new Promise(() => setTimeout(() => { throw new RangeError('much later'); }, 10)) : Promise.resolve('fine');`);
    const thrown: unknown = await lambda.invoke('probe', { fail: true }).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(FunctionError);
    expect(thrown).toMatchObject({ errorType: 'RangeError', message: 'much later' });
    expect(await lambda.invoke('probe', {})).toBe('fine');
  });

  test('does not count loading against the time-out', async () => {
    const lambda = await start(
      `await new Promise((resolve) => setTimeout(resolve, 400)); export const handler = async () => 'loaded';`,
      { timeoutMs: 200 },
    );
    expect(await lambda.invoke('probe', {})).toBe('loaded');
  });

  test('takes answers through a callback too', async () => {
    const lambda = await start(`export const handler = (event, context, callback) => {
      if (event.fail) callback(new Error('refused')); else callback(null, 'done'); };`);
    expect(await lambda.invoke('probe', {})).toBe('done');
    await expect(lambda.invoke('probe', { fail: true })).rejects.toThrow('refused');
  });

  test('captures what the function writes', async () => {
    const lambda = await start(
      `export const handler = async () => { console.log('one'); console.error('two'); };`,
    );
    expect(await lambda.invoke('probe', {})).toBeNull();
    await expect.poll(() => output).toMatch(/one\n[^]*two\n|two\n[^]*one\n/);
  });

  test('says so if the module or its handler is missing', async () => {
    const lambda = await start('export const other = 1;');
    await expect(lambda.invoke('probe', {})).rejects.toThrow("exports no function 'handler'");
    await expect(lambda.invoke('none', {})).rejects.toThrow("there is no function 'none'; there are probe");
  });
});
