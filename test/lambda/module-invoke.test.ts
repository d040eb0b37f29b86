import { afterAll, beforeAll, expect, test } from 'vitest';
import { createModuleInvoke, type ModuleInvoke } from '../../lib/lambda/module-invoke.ts';
import { Workshop } from './probe.ts';

let workshop: Workshop;
let handler: ModuleInvoke;
const output: string[] = [];

beforeAll(async () => {
  workshop = await Workshop.open();
  await workshop.write(
    'fold.mjs',
    `export const fold = async ({ Records }, context) => {
      console.log(Records.length);
      return [context.functionName, context.awsRequestId, context.memoryLimitInMB, process.env.COLOUR];
    };`,
  );
  handler = createModuleInvoke({
    module: `${workshop.path}/fold.mjs`,
    export: 'fold',
    memoryMb: 256,
    environment: { COLOUR: 'blue' },
    onOutput: (_, text) => output.push(text),
  });
});

afterAll(async () => {
  await handler.close();
  await workshop.close();
});

test('a module is invoked as a function would be', async () => {
  const info = { requestId: 'request-1', shardId: 'shard-1', signal: new AbortController().signal };
  expect(await handler.invoke({ Records: [{}, {}] }, info)).toEqual(['handler', 'request-1', '256', 'blue']);
  expect(output).toEqual(['2\n']);
});

test('an ARN that is no function’s is refused', () => {
  expect(() => createModuleInvoke({ module: 'fold.mjs', arn: 'fold' })).toThrow(TypeError);
});

test('what is under way ends when nobody waits for it any more', async () => {
  await workshop.write(
    'hang.mjs',
    'export const handler = () => new Promise((end) => setTimeout(end, 60_000));',
  );
  const hanging = createModuleInvoke({ module: `${workshop.path}/hang.mjs`, timeoutMs: 60_000 });
  const abort = new AbortController();
  const info = { requestId: 'request-2', shardId: 'shard-1', signal: abort.signal };
  const invoked = hanging.invoke({ Records: [] }, info);
  setTimeout(() => {
    abort.abort();
  }, 200);
  await expect(invoked).rejects.toThrow('signal: killed');
  await expect(hanging.invoke({ Records: [] }, info)).rejects.toThrow(/abort/);
  await hanging.close();
});
