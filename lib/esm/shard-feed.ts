import { backoffMs } from './backoff.ts';
import { MAXIMUM_PAYLOAD_BYTES } from './batch.ts';
import { Nudge } from './nudge.ts';
import type { ShardProgress } from './progress.ts';
import type { ShardContext } from './shard-context.ts';
import type { ShardReader } from './shard-reader.ts';
import type { Page, StreamRecord } from './sources/source.ts';

/** Pauses between reads that bring nothing, ms: doubled from the first to the last. */
const LEAST_IDLE_MS = 50;
const MOST_IDLE_MS = 250;

/** Records that may be waiting or under way for each lane before reading pauses, if a batch is not larger. */
const RECORDS_PER_LANE = 1_000;

/** Who wants to know when a shard has nothing left. */
export interface TipHooks {
  /** Grows whenever somebody wants to know of a tip that is reached from now on. */
  generation(): number;
  /** All that the shard had when a read began in this generation has been dealt with. */
  atTip(generation: number): void;
}

/** Reads one shard when a lane asks for more, and hands each record that is wanted to its lane. */
export class ShardFeed {
  readonly #shard: ShardContext;
  readonly #reader: ShardReader;
  readonly #progress: ShardProgress;
  readonly #deliver: (record: StreamRecord) => void;
  readonly #hooks: TipHooks;
  readonly #nudge = new Nudge();
  #ended = false;
  #reachedMs = -Infinity;
  #tipMs = -Infinity;
  #step: Promise<void> | undefined;
  #failure: Error | undefined;
  #idleMs = LEAST_IDLE_MS;
  #failedReads = 0;
  /** The generation of which the tip has been told. */
  #toldTip = -1;

  constructor(
    shard: ShardContext,
    parts: {
      readonly reader: ShardReader;
      readonly progress: ShardProgress;
      readonly deliver: (record: StreamRecord) => void;
      readonly hooks: TipHooks;
    },
  ) {
    this.#shard = shard;
    this.#reader = parts.reader;
    this.#progress = parts.progress;
    this.#deliver = parts.deliver;
    this.#hooks = parts.hooks;
  }

  /** Whether the shard is closed and has been read to its end. */
  get ended(): boolean {
    return this.#ended;
  }

  /** When the youngest record that was read arrived, ms since 1970. */
  get reachedMs(): number {
    return this.#reachedMs;
  }

  /** When the last read began that found nothing more to read, ms since 1970. */
  get tipMs(): number {
    return this.#tipMs;
  }

  /** Looks for records now, rather than when the pause is over. */
  nudge(): void {
    this.#nudge.fire();
  }

  /**
   * Reads once, or pauses, for all lanes that ask; resolves when that is over or the time has come.
   * @throws what saving the checkpoint rejects with
   */
  async more(untilMs: number): Promise<void> {
    const { clock, stopping } = this.#shard;
    this.#step ??= this.#advance(untilMs)
      .catch((error: unknown) => {
        this.#failure = error instanceof Error ? error : new Error(String(error));
      })
      .finally(() => (this.#step = undefined));
    if (untilMs === Infinity) {
      await this.#step;
    } else {
      const over = new AbortController();
      const signal = AbortSignal.any([stopping, over.signal]);
      await Promise.race([this.#step, clock.sleep(Math.max(0, untilMs - clock.now()), signal)]);
      over.abort();
    }
    if (this.#failure) throw this.#failure;
  }

  async #advance(untilMs: number): Promise<void> {
    const { clock, stopping } = this.#shard;
    if (this.#isFull()) {
      await this.#progress.moved(stopping);
      return;
    }
    if (await this.#read()) return;
    const delayMs = Math.max(0, Math.min(this.#idleMs, untilMs - clock.now()));
    this.#idleMs = Math.min(MOST_IDLE_MS, this.#idleMs * 2);
    await this.#nudge.wait(clock, delayMs, stopping);
  }

  /** A blocked lane does not stop the others before what it holds back is as much as all may hold together. */
  #isFull(): boolean {
    const { batchSize, parallelizationFactor: lanes } = this.#shard.settings;
    const { size, bytes } = this.#progress.ledger;
    return size >= lanes * Math.max(batchSize, RECORDS_PER_LANE) || bytes >= lanes * MAXIMUM_PAYLOAD_BYTES;
  }

  /** Reads once; false when that brought nothing and reading again at once would not either. */
  async #read(): Promise<boolean> {
    const { clock, stopping, tally } = this.#shard;
    const generation = this.#hooks.generation();
    const beganMs = clock.now();
    let page: Page;
    let isAtTip = false;
    try {
      page = await this.#reader.read(stopping);
      if (page.records.length === 0 && page.behindMs === 0 && page.nextIterator !== undefined) {
        // Once for each who asks: it may cost a call.
        isAtTip = generation <= this.#toldTip || (await this.#reader.isAtTip(stopping));
      }
    } catch (error) {
      if (!stopping.aborted) await this.#afterFailedRead(error);
      return true;
    }
    this.#failedReads = 0;
    this.#ended = page.nextIterator === undefined;
    if (page.records.length > 0) {
      await this.#take(page);
      return true;
    }
    if (isAtTip) {
      this.#tipMs = beganMs;
      if (this.#progress.ledger.size === 0) {
        tally.iteratorAgeMs = 0;
        this.#toldTip = generation;
        this.#hooks.atTip(generation);
      }
    }
    return this.#ended;
  }

  async #take({ records, behindMs }: Page): Promise<void> {
    const { emit, settings, tally } = this.#shard;
    const { ledger } = this.#progress;
    let filtered = 0;
    for (const record of records) {
      this.#reachedMs = Math.max(this.#reachedMs, record.arrivalMs);
      const isWanted = settings.filter?.(record) ?? true;
      if (!isWanted) filtered += 1;
      if (!isWanted || this.#progress.isAhead(record)) {
        ledger.pass(record);
      } else {
        ledger.add(record);
        this.#deliver(record);
      }
    }
    this.#idleMs = LEAST_IDLE_MS;
    tally.recordsRead += records.length;
    tally.recordsFiltered += filtered;
    emit({ type: 'read', records: records.length, filtered, behindMs });
    // Nobody else would: nothing of the page waits to be dealt with.
    if (ledger.size === 0) await this.#progress.save();
  }

  async #afterFailedRead(error: unknown): Promise<void> {
    const { backoff, clock, emit, random, stopping } = this.#shard;
    this.#failedReads += 1;
    const delayMs = backoffMs(backoff, this.#failedReads, random);
    emit({ type: 'sourceFailed', error, delayMs });
    await clock.sleep(delayMs, stopping);
  }
}
