import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { LocalFunction } from '../../lib/lambda/function.ts';
import { LambdaRuntime } from '../../lib/lambda/runtime.ts';
import { probeOf, Workshop } from './probe.ts';

let workshop: Workshop;
let runtime: LambdaRuntime | undefined;
let output = '';

beforeAll(async () => {
  workshop = await Workshop.open();
});

afterEach(async () => {
  await runtime?.close();
});

afterAll(async () => {
  await workshop.close();
});

function invoke(local: LocalFunction, platformLines = false): Promise<unknown> {
  output = '';
  runtime = new LambdaRuntime([local], (_, text) => (output += text), { platformLines });
  return runtime.invoke('probe', {}, 'request-1');
}

describe('a module that cannot be loaded fails the invocation', () => {
  test.each([
    [
      'without the export',
      'export const other = 1;',
      'Runtime.HandlerNotFound',
      'function.handler is undefined or not exported',
    ],
    [
      'with an export that is no function',
      'export const handler = 1;',
      'Runtime.HandlerNotFound',
      'function.handler is not a function',
    ],
    ['that is no JavaScript', 'export const = 1;', 'Runtime.UserCodeSyntaxError', /^SyntaxError: /],
    ['that throws', 'throw new RangeError("too soon");', 'RangeError', 'too soon'],
    [
      'that ends its process',
      'process.exit(7);',
      'Runtime.ExitError',
      'RequestId: request-1 Error: Runtime exited with error: exit status 7',
    ],
  ])('%s', async (_, code, errorType, message) => {
    const failed = expect(invoke(await workshop.probe(code))).rejects;
    await failed.toMatchObject({ errorType, message: expect.stringMatching(message) as unknown });
  });

  test('that is not there', async () => {
    const local = probeOf(`file://${workshop.path}/none.mjs`);
    await expect(invoke(local)).rejects.toMatchObject({
      errorType: 'Runtime.ImportModuleError',
      message: `Error: Cannot find module '${workshop.path}/none.mjs'`,
    });
  });

  test('that requires what is not there', async () => {
    const module = await workshop.write(
      'missing.cjs',
      'require("not-installed"); exports.handler = async () => 1;',
    );
    await expect(invoke(probeOf(module))).rejects.toMatchObject({
      errorType: 'Runtime.ImportModuleError',
      message: expect.stringContaining("Cannot find module 'not-installed'") as unknown,
    });
  });

  test('with options that Node.js refuses', async () => {
    const local = await workshop.probe('export const handler = async () => 1;', {
      environment: { NODE_OPTIONS: '--no-such-option' },
    });
    await expect(invoke(local)).rejects.toMatchObject({ errorType: 'Runtime.ExitError' });
    expect(output).toContain('--no-such-option');
  });
});

describe('a module that fails to load', () => {
  test('is loaded once more within the invocation, and again for the next', async () => {
    const marker = `${workshop.path}/loads`;
    const local = await workshop.probe(`import { appendFileSync, readFileSync } from 'node:fs';
      appendFileSync(${JSON.stringify(marker)}, 'x');
      const loads = readFileSync(${JSON.stringify(marker)}, 'utf8').length;
      if (loads < 4) throw new Error('load ' + loads);
      export const handler = async () => loads;`);
    await expect(invoke(local, true)).rejects.toThrow('load 2');
    expect(output.match(/^INIT_REPORT .*$/gm)).toEqual([
      expect.stringMatching(/Phase: init\tStatus: error\tError Type: Error$/),
      expect.stringMatching(/Phase: invoke\tStatus: error\tError Type: Error$/),
    ]);
    expect(await runtime?.invoke('probe', {})).toBe(4);
  });
});

test('a module that takes too long to load is loaded within the invocation', async () => {
  const code =
    'await new Promise((resolve) => setTimeout(resolve, 100)); export const handler = async () => "loaded";';
  output = '';
  runtime = new LambdaRuntime([await workshop.probe(code)], (_, text) => (output += text), {
    initMs: 50,
    platformLines: true,
  });
  expect(await runtime.invoke('probe', {})).toBe('loaded');
  expect(output).toMatch(/^INIT_REPORT Init Duration: [\d.]+ ms\tPhase: init\tStatus: timeout\nSTART /);
});

describe('a handler is found', () => {
  test('in CommonJS, and within an export', async () => {
    const module = await workshop.write(
      'nested.js',
      `const name = 'api'; exports[name] = { handler: async () => __filename };`,
    );
    expect(await invoke(probeOf(module, { handlerName: 'api.handler' }))).toBe(`${workshop.path}/nested.js`);
  });

  test('in TypeScript', async () => {
    const module = await workshop.write(
      'typed.mts',
      'export const handler = async (event: object): Promise<number> => Object.keys(event).length;',
    );
    expect(await invoke(probeOf(module))).toBe(0);
  });
});

test('what is written before the module is loaded is output too', async () => {
  const preloaded = await workshop.write('preloaded.mjs', 'console.log("preloaded");');
  const local = await workshop.probe('export const handler = async () => 1;', {
    environment: { NODE_OPTIONS: `--import ${preloaded}` },
  });
  await invoke(local);
  await expect.poll(() => output).toBe('preloaded\n');
});

test('NODE_OPTIONS of the function are honoured', async () => {
  const local = await workshop.probe(
    'export const handler = async () => [process.sourceMapsEnabled, process.env.NODE_OPTIONS];',
    { environment: { NODE_OPTIONS: '--enable-source-maps --max-semi-space-size=16' } },
  );
  expect(await invoke(local)).toEqual([true, '--enable-source-maps --max-semi-space-size=16']);
});
