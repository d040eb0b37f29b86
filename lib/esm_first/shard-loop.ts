import { runBatch, type BatchContext } from './batch-run.ts';
import { Batcher } from './batcher.ts';
import { SHARD_END, type Checkpoints } from './checkpoints.ts';
import { ExpiredIterator, type Page, type Position, type ShardSource } from './source.ts';

/** What it takes to read a shard. */
export interface ShardContext extends BatchContext {
  readonly source: ShardSource;
  readonly checkpoints: Checkpoints;
}

// Lambda polls once a second (https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html); locally nobody pays
// for a call, and a person waits.
const SHORTEST_IDLE_MS = 20;
const LONGEST_IDLE_MS = 200;
const TROUBLE_MS = 500;

/**
 * Reads one shard in order, one batch at a time, until it is closed and read to its end, or the engine is stopped.
 */
export class ShardLoop {
  readonly id: string;
  readonly #context: ShardContext;
  readonly #start: Position;
  readonly #batcher: Batcher;
  #iterator: string | undefined;
  #last: string | undefined;
  #ended = false;
  #atTip = false;

  /** @param start where to begin if the shard has no checkpoint */
  constructor(id: string, start: Position, context: ShardContext) {
    this.id = id;
    this.#start = start;
    this.#context = context;
    this.#batcher = new Batcher(context.settings.batchSize, context.settings.batchingWindowMs);
  }

  /** Closed, and every record dealt with. */
  get ended(): boolean {
    return this.#ended;
  }

  /** The last read found nothing, and no record waits or is under work. */
  get drained(): boolean {
    return this.#ended || this.#atTip;
  }

  async run(): Promise<void> {
    const { clock, signal, onEvent, checkpoints } = this.#context;
    this.#last = await checkpoints.read(this.id);
    this.#ended = this.#last === SHARD_END;
    let idle = SHORTEST_IDLE_MS;
    while (!signal.aborted && !this.#ended) {
      try {
        const busy = await this.#turn();
        idle = busy ? SHORTEST_IDLE_MS : Math.min(LONGEST_IDLE_MS, idle * 2);
        if (!busy) await clock.sleep(idle, signal);
      } catch (error) {
        if (signal.aborted) return;
        onEvent({ type: 'trouble', shard: this.id, error });
        await clock.sleep(TROUBLE_MS, signal);
      }
    }
  }

  /** Reads once and runs what is due. @returns whether there was anything */
  async #turn(): Promise<boolean> {
    const { clock } = this.#context;
    // Reading on while batches wait would pull the whole stream into memory.
    const room = this.#batcher.waiting < this.#context.settings.batchSize;
    const page = room ? await this.#read() : undefined;
    if (page !== undefined) {
      this.#iterator = page.next;
      this.#batcher.add(page.records, clock.now());
    }
    const closed = page !== undefined && page.next === undefined;
    const ran = await this.#runDue(closed);
    if (closed && this.#batcher.waiting === 0 && !this.#context.signal.aborted) {
      await this.#context.checkpoints.write(this.id, SHARD_END);
      this.#ended = true;
    }
    const busy = ran || (page?.records.length ?? 0) > 0;
    this.#atTip = !busy && this.#batcher.waiting === 0;
    return busy;
  }

  async #runDue(flush: boolean): Promise<boolean> {
    const { clock, checkpoints } = this.#context;
    let ran = false;
    for (;;) {
      const batch = this.#batcher.take(clock.now(), flush);
      const last = batch.at(-1);
      if (last === undefined) return ran;
      this.#atTip = false;
      if (!(await runBatch(this.#context, this.id, batch))) return ran;
      await checkpoints.write(this.id, last.sequence);
      ran = true;
    }
  }

  async #read(): Promise<Page | undefined> {
    const { source } = this.#context;
    this.#iterator ??= await source.iterator(this.id, this.#position());
    try {
      const page = await source.read(this.id, this.#iterator);
      this.#last = page.records.at(-1)?.sequence ?? this.#last;
      return page;
    } catch (error) {
      if (!(error instanceof ExpiredIterator)) throw error;
      this.#iterator = undefined;
      return undefined;
    }
  }

  #position(): Position {
    return this.#last === undefined ? this.#start : { type: 'AFTER_SEQUENCE_NUMBER', sequence: this.#last };
  }
}
