import { backoffMs } from './backoff.ts';
import { nextBatch } from './batch.ts';
import { Nudge } from './nudge.ts';
import type { ShardContext } from './shard-context.ts';
import type { ShardReader } from './shard-reader.ts';
import type { Page, StreamRecord } from './sources/source.ts';
import { workOff } from './work-off.ts';

/** Pauses between reads that bring nothing, ms: doubled from the first to the last. */
const LEAST_IDLE_MS = 50;
const MOST_IDLE_MS = 250;

/** Called when a read that began after {@link ShardLoopHooks.generation} was read found nothing left to do. */
export interface ShardLoopHooks {
  /** Grows whenever somebody wants to know of a tip that is reached from now on. */
  generation(): number;
  /** All that the shard had when a read began in this generation has been dealt with. */
  atTip(generation: number): void;
}

/** Reads one shard and works its batches off, one at a time, in order. */
export class ShardLoop {
  readonly #shard: ShardContext;
  readonly #reader: ShardReader;
  readonly #hooks: ShardLoopHooks;
  readonly #nudge = new Nudge();
  #waiting: readonly StreamRecord[] = [];
  #ended = false;
  #idleMs = LEAST_IDLE_MS;
  #failedReads = 0;

  constructor(shard: ShardContext, reader: ShardReader, hooks: ShardLoopHooks) {
    this.#shard = shard;
    this.#reader = reader;
    this.#hooks = hooks;
  }

  /** Looks for records now, rather than when the pause is over. */
  nudge(): void {
    this.#nudge.fire();
  }

  /** Resolves when the shard has been dealt with to its end, or the engine stops; rejects when it cannot go on. */
  async run(): Promise<void> {
    const { checkpoints, emit, shardId, stopping, tally } = this.#shard;
    tally.state = 'reading';
    emit({ type: 'shardStarted' });
    for (let batch = await this.#gather(); batch; batch = await this.#gather())
      await workOff(batch, this.#shard);
    if (stopping.aborted) return;
    await checkpoints.save(shardId, { type: 'SHARD_END' });
    tally.state = 'ended';
    tally.iteratorAgeMs = 0;
    emit({ type: 'shardEnded' });
  }

  /** The next batch: full by number or size, or what there is when the batching window ends. */
  async #gather(): Promise<readonly StreamRecord[] | undefined> {
    const { clock, settings, stopping } = this.#shard;
    let windowEndsMs = this.#waiting.length > 0 ? clock.now() + settings.batchingWindowMs : Infinity;
    while (!stopping.aborted) {
      const { count, full } = nextBatch(this.#waiting, settings.batchSize);
      if (count > 0 && (full || this.#ended || clock.now() >= windowEndsMs)) return this.#take(count);
      if (this.#ended) return undefined;

      const read = await this.#read();
      if (windowEndsMs === Infinity && this.#waiting.length > 0) {
        windowEndsMs = clock.now() + settings.batchingWindowMs;
      }
      if (!read) await this.#idle(windowEndsMs - clock.now());
    }
    return undefined;
  }

  #take(count: number): readonly StreamRecord[] {
    const batch = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    return batch;
  }

  /** Reads once; false when that brought nothing and reading again at once would not either. */
  async #read(): Promise<boolean> {
    const { emit, stopping, tally } = this.#shard;
    const generation = this.#hooks.generation();
    let page: Page;
    try {
      page = await this.#reader.read(stopping);
    } catch (error) {
      if (!stopping.aborted) await this.#afterFailedRead(error);
      return true;
    }
    this.#failedReads = 0;
    this.#ended = page.nextIterator === undefined;
    const { records, behindMs } = page;
    if (records.length > 0) {
      this.#waiting = this.#waiting.length > 0 ? [...this.#waiting, ...records] : records;
      this.#idleMs = LEAST_IDLE_MS;
      tally.recordsRead += records.length;
      emit({ type: 'read', records: records.length, behindMs });
      return true;
    }
    if (behindMs === 0 && this.#waiting.length === 0 && !this.#ended) {
      tally.iteratorAgeMs = 0;
      this.#hooks.atTip(generation);
    }
    return this.#ended;
  }

  async #afterFailedRead(error: unknown): Promise<void> {
    const { backoff, clock, emit, random, stopping } = this.#shard;
    this.#failedReads += 1;
    const delayMs = backoffMs(backoff, this.#failedReads, random);
    emit({ type: 'sourceFailed', error, delayMs });
    await clock.sleep(delayMs, stopping);
  }

  async #idle(atMostMs: number): Promise<void> {
    const delayMs = Math.max(0, Math.min(this.#idleMs, atMostMs));
    this.#idleMs = Math.min(MOST_IDLE_MS, this.#idleMs * 2);
    await this.#nudge.wait(this.#shard.clock, delayMs, this.#shard.stopping);
  }
}
