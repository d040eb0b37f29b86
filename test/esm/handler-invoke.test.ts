import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Handler, HandlerContext } from '../../lib/esm/index.ts';
import {
  FunctionTimedOutError,
  InMemoryCheckpointStore,
  MappingSettingsError,
  startEventSourceMapping,
} from '../../lib/esm/index.ts';
import { createHandlerInvoke } from '../../lib/esm/handler-invoke.ts';
import { LambdaRuntime } from '../../lib/lambda/runtime.ts';
import { FakeStream } from './fake-stream.ts';
import { MAPPING } from './harness.ts';
import { VirtualClock } from './virtual-clock.ts';

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:fold';

function invoking(handler: Handler, clock = new VirtualClock()) {
  const invoke = createHandlerInvoke(handler, { functionArn: ARN, timeoutMs: 3_000, memoryMb: 128, clock });
  const { signal } = new AbortController();
  return (event = { Records: [{ n: 1 }] }) => invoke(event, { requestId: 'r1', shardId: 's1', signal });
}

describe('a handler', () => {
  test('answers by its promise, in JSON', async () => {
    const answer = { at: new Date(0), nothing: undefined };
    expect(await invoking(() => Promise.resolve(answer))()).toEqual({ at: '1970-01-01T00:00:00.000Z' });
    expect(await invoking(() => Promise.resolve())()).toBeNull();
  });

  test('answers by its callback', async () => {
    await expect(invoking((_event, _context, callback) => { callback(null, 7); })()).resolves.toBe(7); // prettier-ignore
    await expect(invoking((_event, _context, callback) => { callback('no'); })()).rejects.toThrow('no'); // prettier-ignore
  });

  test('that returns something else has no answer, as with Lambda', async () => {
    expect(await invoking(() => ({ batchItemFailures: [] }))()).toBeNull();
  });

  test('fails by what it throws', async () => {
    const failing = invoking(() => {
      throw new RangeError('bad');
    });
    await expect(failing()).rejects.toThrow(RangeError);
  });

  test('has a copy of the event', async () => {
    const event = { Records: [{ n: 1 }] };
    const handler = (own: { Records: object[] }) => {
      own.Records.length = 0;
      return Promise.resolve();
    };
    await invoking(handler)(event);
    expect(event.Records).toHaveLength(1);
  });

  test('is given up when its time is over, whatever it answers later', async () => {
    const clock = new VirtualClock();
    const slow = invoking(() => clock.sleep(10_000), clock)();
    await expect(slow).rejects.toThrow(FunctionTimedOutError);
    await expect(slow).rejects.toThrow('RequestId: r1 Error: Task timed out after 3.00 seconds');
  });

  test('that returns what is no JSON fails', async () => {
    await expect(invoking(() => Promise.resolve({ n: 1n }))()).rejects.toThrow(/cannot be written as JSON/);
  });

  test('knows its invocation', async () => {
    const clock = new VirtualClock();
    let seen: HandlerContext | undefined;
    let leftMs = 0;
    await invoking(async (_, context) => {
      seen = context;
      await clock.sleep(1_000);
      leftMs = context.getRemainingTimeInMillis();
    }, clock)();
    expect(leftMs).toBe(2_000);
    expect(seen).toMatchObject({
      awsRequestId: 'r1',
      functionName: 'fold',
      invokedFunctionArn: ARN,
      memoryLimitInMB: '128',
    });
  });
});

describe('startEventSourceMapping', () => {
  test('calls a handler', async () => {
    const clock = new VirtualClock();
    const source = new FakeStream(clock);
    source.addShard('s1');
    source.put('s1', 2);
    const sizes: number[] = [];
    const mapping = startEventSourceMapping({
      mapping: MAPPING,
      source,
      clock,
      handler: (event: { Records: object[] }) => {
        sizes.push(event.Records.length);
        return Promise.resolve();
      },
    });
    await mapping.drained();
    await mapping.stop();
    expect(sizes).toEqual([2]);
  });

  test('gives a module its time-out and memory, and ends it whatever stopping fails with', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'weir-esm-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const module = join(directory, 'fold.mjs');
    await writeFile(
      module,
      `export const handler = async (_, context) => {
        console.log(Math.ceil(context.getRemainingTimeInMillis() / 10_000), context.memoryLimitInMB);
      };`,
    );
    const clock = new VirtualClock();
    const source = new FakeStream(clock);
    source.addShard('s1');
    source.put('s1', 1);
    const output: string[] = [];
    const flush = () => Promise.reject(new Error('disk full'));
    const mapping = startEventSourceMapping({
      mapping: MAPPING,
      source,
      clock,
      checkpoints: Object.assign(new InMemoryCheckpointStore(), { flush }),
      handler: { module, onOutput: (_, text) => output.push(text) },
      timeoutMs: 60_000,
      memoryMb: 256,
    });
    await mapping.drained();
    expect(output).toEqual(['6 256\n']);
    const close = vi.spyOn(LambdaRuntime.prototype, 'close');
    await expect(mapping.stop()).rejects.toThrow('disk full');
    expect(close).toHaveBeenCalledOnce();
  });

  test('wants exactly one function', () => {
    const source = new FakeStream(new VirtualClock());
    const invoke = () => Promise.resolve(null);
    expect(() => startEventSourceMapping({ mapping: MAPPING, source })).toThrow(MappingSettingsError);
    expect(() => startEventSourceMapping({ mapping: MAPPING, source, invoke, handler: invoke })).toThrow(
      /both given/,
    );
  });
});
