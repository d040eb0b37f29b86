import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventSourceMappingHandle, StreamEvent } from '../../lib/esm/index.ts';
import { InMemoryCheckpointStore } from '../../lib/esm/index.ts';
import { Harness } from './harness.ts';

const SHARD = 's1';

const plan = fc.record({
  records: fc.array(
    fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd'),
      pauseMs: fc.constantFrom(0, 0, 300, 2_500, 11_000),
    }),
    { minLength: 1, maxLength: 40 },
  ),
  pageSize: fc.integer({ min: 1, max: 12 }),
  factor: fc.integer({ min: 1, max: 3 }),
  batchSize: fc.integer({ min: 1, max: 6 }),
  batchingWindow: fc.integer({ min: 0, max: 3 }),
  windowSeconds: fc.constantFrom(1, 5, 7),
  bisects: fc.boolean(),
  reports: fc.boolean(),
  /** What the function does, invocation by invocation, over and over: `lost` is an answer without a state. */
  answers: fc.array(fc.constantFrom('good', 'good', 'throws', 'lost', 'partial'), {
    minLength: 1,
    maxLength: 6,
  }),
  durationsMs: fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 5 }),
  interruptions: fc.array(
    fc.record({
      afterMs: fc.integer({ min: 0, max: 6_000 }),
      kind: fc.constantFrom<'stop' | 'abort' | 'disable'>('stop', 'abort', 'disable'),
    }),
    { maxLength: 3 },
  ),
});

type Plan = typeof plan extends fc.Arbitrary<infer Value> ? Value : never;
type Counts = Record<string, number>;

async function run(plan: Plan): Promise<void> {
  const harness = new Harness();
  const { clock, stream } = harness;
  stream.pageSize = plan.pageSize;
  stream.addShard(SHARD);
  const checkpoints = new InMemoryCheckpointStore();
  const lengthMs = plan.windowSeconds * 1_000;
  /** What final invocations were given, by the start of the window and by key. */
  const results = new Map<string, number>();
  let invocations = 0;

  const handler = async (batch: readonly string[], event: StreamEvent): Promise<unknown> => {
    const { window, state = {}, isFinalInvokeForWindow } = event;
    const startMs = Date.parse(window?.start ?? '');
    expect(Date.parse(window?.end ?? '') - startMs).toBe(lengthMs);
    expect(startMs % lengthMs).toBe(0);
    expect(batch.length > 0).toBe(!isFinalInvokeForWindow);
    const records = batch.map((n) => stream.recordsOf(SHARD)[Number(n) - 1]);
    for (const record of records) {
      expect(record?.arrivalMs).toBeGreaterThanOrEqual(startMs);
      expect(record?.arrivalMs).toBeLessThan(startMs + lengthMs);
    }
    const turn = invocations++;
    await clock.sleep(plan.durationsMs[turn % plan.durationsMs.length] ?? 0);
    // In the end every invocation is a good one.
    const answer = turn < 60 ? plan.answers[turn % plan.answers.length] : 'good';
    if (answer === 'throws') throw new Error('failed');
    if (answer === 'lost') return {};

    const isPartial = answer === 'partial' && plan.reports && batch.length > 0;
    const done = isPartial ? records.slice(0, Math.floor(records.length / 2)) : records;
    const counts: Counts = { ...state };
    for (const record of done) counts[record?.orderKey ?? ''] = (counts[record?.orderKey ?? ''] ?? 0) + 1;
    if (isFinalInvokeForWindow) {
      for (const [key, count] of Object.entries(counts)) results.set(`${startMs} ${key}`, count);
    }
    const failed = batch[done.length];
    return { state: counts, batchItemFailures: failed ? [{ itemIdentifier: failed }] : [] };
  };
  const start = (): EventSourceMappingHandle =>
    harness.start(
      {
        ParallelizationFactor: plan.factor,
        TumblingWindowInSeconds: plan.windowSeconds,
        BatchSize: plan.batchSize,
        MaximumBatchingWindowInSeconds: plan.batchingWindow,
        BisectBatchOnFunctionError: plan.bisects,
        ...(plan.reports && { FunctionResponseTypes: ['ReportBatchItemFailures'] }),
      },
      (batch, _, event) => handler(batch, event),
      { checkpoints, windowWaitMs: 500 },
    );
  const put = async (): Promise<void> => {
    for (const { key, pauseMs } of plan.records) {
      if (pauseMs > 0) await clock.sleep(pauseMs);
      stream.put(SHARD, 1, { orderKey: key });
    }
  };

  let mapping = start();
  await mapping.ready();
  const putting = put();
  for (const { afterMs, kind } of plan.interruptions) {
    await clock.sleep(afterMs);
    if (kind === 'disable') {
      await mapping.disable();
      await clock.sleep(afterMs);
      await mapping.enable();
    } else {
      await mapping.stop({ abort: kind === 'abort' });
      mapping = start();
    }
  }
  await putting;
  stream.closeShard(SHARD);
  await mapping.drained();
  await mapping.stop();

  const expected = new Map<string, number>();
  for (const { arrivalMs, orderKey } of stream.recordsOf(SHARD)) {
    const name = `${Math.floor(arrivalMs / lengthMs) * lengthMs} ${orderKey}`;
    expected.set(name, (expected.get(name) ?? 0) + 1);
  }
  expect(Object.fromEntries(results)).toEqual(Object.fromEntries(expected));
}

describe('tumbling windows', () => {
  test('count each record once in its window, whatever fails and however often the engine begins anew', async () => {
    await fc.assert(fc.asyncProperty(plan, run), { numRuns: 60 });
  }, 60_000);
});
