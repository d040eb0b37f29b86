import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type {
  Checkpoint,
  EventSourceMappingHandle,
  EventSourceMappingSettings,
  StreamRecord,
} from '../../lib/esm/index.ts';
import { InMemoryCheckpointStore } from '../../lib/esm/index.ts';
import { laneOf } from '../../lib/esm/lane-of.ts';
import { Harness } from './harness.ts';

const SHARD = 's1';
const FILTERED = 'x';

/** What is put, when, and what the function makes of it. */
const record = fc.record({
  key: fc.constantFrom('a', 'b', 'c', 'd', FILTERED),
  pauseMs: fc.constantFrom(0, 0, 0, 200, 1_500),
  /** Attempts that fail before one succeeds; Infinity for a record that never does. */
  failures: fc.oneof(
    { weight: 6, arbitrary: fc.constant(0) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 3 }) },
    { weight: 1, arbitrary: fc.constant(Infinity) },
  ),
});

const plan = fc.record({
  records: fc.array(record, { minLength: 1, maxLength: 40 }),
  pageSize: fc.integer({ min: 1, max: 12 }),
  factor: fc.integer({ min: 1, max: 4 }),
  batchSize: fc.integer({ min: 1, max: 6 }),
  batchingWindow: fc.integer({ min: 0, max: 1 }),
  retries: fc.integer({ min: 0, max: 2 }),
  bisects: fc.boolean(),
  reports: fc.boolean(),
  durationsMs: fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 5 }),
  interruptions: fc.array(
    fc.record({
      afterMs: fc.integer({ min: 0, max: 4_000 }),
      kind: fc.constantFrom<'stop' | 'abort' | 'disable'>('stop', 'abort', 'disable'),
      /** Of the engine that goes on. */
      factor: fc.integer({ min: 1, max: 4 }),
    }),
    { maxLength: 3 },
  ),
});

type Plan = typeof plan extends fc.Arbitrary<infer Value> ? Value : never;

/** Runs a plan and checks as it goes that keys stay in order and that checkpoints do not get ahead. */
class Run {
  readonly #plan: Plan;
  readonly #harness = new Harness();
  readonly #attempts = new Map<string, number>();
  readonly #done = new Set<string>();
  readonly #discarded = new Set<string>();
  /** Keys of the batches under way, by engine. */
  #underWay = new Set<string>();
  #engine = 0;
  #invocations = 0;
  #factor: number;
  #eventsSeen = 0;
  readonly #saved: Checkpoint[] = [];
  readonly #failuresOf = new Map<string, number>();

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#factor = plan.factor;
    this.#harness.stream.pageSize = plan.pageSize;
    this.#harness.stream.addShard(SHARD);
  }

  async run(): Promise<void> {
    const { clock, stream } = this.#harness;
    const store = new InMemoryCheckpointStore();
    const checkpoints = {
      load: (shardId: string) => store.load(shardId),
      save: async (shardId: string, checkpoint: Checkpoint) => {
        this.#checkCheckpoint(checkpoint);
        await clock.sleep(this.#invocations % 3);
        await store.save(shardId, checkpoint);
      },
    };
    const start = (): EventSourceMappingHandle => {
      this.#engine += 1;
      this.#underWay = new Set();
      return this.#harness.start(this.#settings(), this.#handlerOf(this.#engine), { checkpoints });
    };

    let mapping = start();
    await mapping.ready();
    const putting = this.#put();
    for (const { afterMs, kind, factor } of this.#plan.interruptions) {
      await clock.sleep(afterMs);
      if (kind === 'disable') {
        await mapping.disable();
        await clock.sleep(afterMs);
        this.#noteDiscarded();
        this.#factor = factor;
        await mapping.update({ ParallelizationFactor: factor });
        await mapping.enable();
      } else {
        await mapping.stop({ abort: kind === 'abort' });
        this.#noteDiscarded();
        this.#factor = factor;
        mapping = start();
      }
    }
    await putting;
    await mapping.drained();
    this.#noteDiscarded();
    stream.closeShard(SHARD);
    await mapping.drained();
    await mapping.stop();
    this.#checkEnd(mapping);
  }

  #settings(): Partial<EventSourceMappingSettings> {
    const { batchSize, batchingWindow, retries, bisects, reports } = this.#plan;
    return {
      ParallelizationFactor: this.#factor,
      BatchSize: batchSize,
      MaximumBatchingWindowInSeconds: batchingWindow,
      MaximumRetryAttempts: retries,
      BisectBatchOnFunctionError: bisects,
      ...(reports && { FunctionResponseTypes: ['ReportBatchItemFailures'] }),
      FilterCriteria: { Filters: [{ Pattern: `{"partitionKey":[{"anything-but":["${FILTERED}"]}]}` }] },
    };
  }

  async #put(): Promise<void> {
    for (const { key, pauseMs, failures } of this.#plan.records) {
      if (pauseMs > 0) await this.#harness.clock.sleep(pauseMs);
      const [sequenceNumber = ''] = this.#harness.stream.put(SHARD, 1, { orderKey: key });
      this.#failuresOf.set(sequenceNumber, failures);
    }
  }

  #handlerOf(engine: number) {
    return async (batch: readonly string[]) => {
      const records = batch.map((sequenceNumber) => this.#recordOf(sequenceNumber));
      const keys = new Set(records.map(({ orderKey }) => orderKey));
      const isCurrent = () => engine === this.#engine;
      if (isCurrent()) this.#checkBatch(records, keys);
      const durationMs = this.#plan.durationsMs[this.#invocations++ % this.#plan.durationsMs.length] ?? 0;
      await this.#harness.clock.sleep(durationMs);
      if (isCurrent()) for (const key of keys) this.#underWay.delete(key);

      const failing = batch.findIndex((sequenceNumber) => {
        const attempt = (this.#attempts.get(sequenceNumber) ?? 0) + 1;
        this.#attempts.set(sequenceNumber, attempt);
        return attempt <= (this.#failuresOf.get(sequenceNumber) ?? 0);
      });
      if (failing !== -1 && !this.#plan.reports) throw new Error('failed');
      for (const { sequenceNumber } of failing === -1 ? records : records.slice(0, failing)) {
        this.#done.add(sequenceNumber);
      }
      return { batchItemFailures: failing === -1 ? [] : [{ itemIdentifier: batch[failing] }] };
    };
  }

  #checkBatch(records: readonly StreamRecord[], keys: ReadonlySet<string>): void {
    this.#noteDiscarded();
    expect(records.length).toBeGreaterThan(0);
    expect(records.length).toBeLessThanOrEqual(this.#plan.batchSize);
    expect(keys).not.toContain(FILTERED);
    for (const key of keys) {
      expect(this.#underWay).not.toContain(key);
      this.#underWay.add(key);
    }
    const inBatch = new Set(records.map(({ sequenceNumber }) => sequenceNumber));
    const last = Number(records.at(-1)?.sequenceNumber);
    for (const { sequenceNumber, orderKey } of this.#harness.stream.recordsOf(SHARD)) {
      if (Number(sequenceNumber) >= last) break;
      if (!keys.has(orderKey) || inBatch.has(sequenceNumber)) continue;
      expect(this.#isDealtWith(sequenceNumber)).toBe(true);
    }
  }

  #checkCheckpoint(checkpoint: Checkpoint): void {
    this.#noteDiscarded();
    if (checkpoint.type === 'SHARD_END') return;
    const reached = Number(checkpoint.sequenceNumber);
    const before = this.#saved.at(-1);
    if (before?.type === 'AFTER_SEQUENCE_NUMBER') {
      expect(reached).toBeGreaterThanOrEqual(Number(before.sequenceNumber));
    }
    this.#saved.push(checkpoint);
    for (const { sequenceNumber, orderKey } of this.#harness.stream.recordsOf(SHARD)) {
      if (Number(sequenceNumber) > reached) break;
      expect(orderKey === FILTERED || this.#isDealtWith(sequenceNumber)).toBe(true);
    }
  }

  /** The message names the lane's records from the first to the last, and no others. */
  #noteDiscarded(): void {
    const { events, stream } = this.#harness;
    for (const event of events.slice(this.#eventsSeen)) {
      if (event.type !== 'discarded') continue;
      const {
        startSequenceNumber: first,
        endSequenceNumber: last,
        batchSize,
      } = event.message.KinesisBatchInfo ?? {};
      const within = stream
        .recordsOf(SHARD)
        .filter(({ sequenceNumber: n }) => Number(n) >= Number(first) && Number(n) <= Number(last));
      const lane = within[0] && laneOf(within[0].orderKey, this.#factor);
      const records = within.filter(
        ({ orderKey }) => orderKey !== FILTERED && laneOf(orderKey, this.#factor) === lane,
      );
      expect(records).toHaveLength(batchSize ?? -1);
      expect(event.lane).toBe(this.#factor > 1 ? lane : undefined);
      this.#checkPolicy(records, event.message.requestContext.approximateInvokeCount);
      for (const { sequenceNumber } of records) this.#discarded.add(sequenceNumber);
    }
    this.#eventsSeen = events.length;
  }

  #checkPolicy(records: readonly StreamRecord[], failures: number): void {
    expect(failures).toBe(this.#plan.retries + 1);
    if (this.#plan.bisects) expect(records).toHaveLength(1);
    expect(records.some(({ sequenceNumber }) => (this.#failuresOf.get(sequenceNumber) ?? 0) > 0)).toBe(true);
  }

  #checkEnd(mapping: EventSourceMappingHandle): void {
    const records = this.#harness.stream.recordsOf(SHARD);
    for (const { sequenceNumber, orderKey } of records) {
      const given = this.#attempts.has(sequenceNumber);
      if (orderKey === FILTERED) expect(given).toBe(false);
      else expect(this.#isDealtWith(sequenceNumber)).toBe(true);
      if (this.#failuresOf.get(sequenceNumber) === Infinity && orderKey !== FILTERED) {
        expect(this.#done).not.toContain(sequenceNumber);
      }
    }
    expect(mapping.stats()).toMatchObject([{ state: 'ended', checkpoint: records.at(-1)?.sequenceNumber }]);
    // What lanes have done behind the checkpoint is read again, and may then be given up with others.
    if (this.#plan.interruptions.length === 0) {
      expect([...this.#done].filter((n) => this.#discarded.has(n))).toEqual([]);
    }
  }

  #isDealtWith(sequenceNumber: string): boolean {
    return this.#done.has(sequenceNumber) || this.#discarded.has(sequenceNumber);
  }

  #recordOf(sequenceNumber: string): StreamRecord {
    const record = this.#harness.stream.recordsOf(SHARD)[Number(sequenceNumber) - 1];
    if (!record) throw new Error(`nobody has put ${sequenceNumber}`);
    return record;
  }
}

describe('lanes', () => {
  test('keep each key in order and lose nothing, whatever fails and however often the engine begins anew', async () => {
    await fc.assert(
      fc.asyncProperty(plan, (plan) => new Run(plan).run()),
      { numRuns: 150 },
    );
  }, 60_000);
});
