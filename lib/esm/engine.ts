import { Drain } from './drain.ts';
import { EngineStoppedError } from './errors.ts';
import type { OnEvent } from './events.ts';
import { Nudge } from './nudge.ts';
import type { MappingContext } from './shard-context.ts';
import { ShardLoop } from './shard-loop.ts';
import { ShardReader } from './shard-reader.ts';
import type { Position, Shard } from './sources/source.ts';
import type { ShardStats, Tally } from './stats.ts';
import { newTally } from './stats.ts';

/** How often new shards are looked for, ms; after the end of a shard it is done at once. */
const DISCOVERY_MS = 1_000;

interface Worker {
  readonly shard: Shard;
  readonly tally: Tally;
  readonly reader: ShardReader;
  /** Undefined until its parents have been dealt with. */
  loop: ShardLoop | undefined;
  /** The youngest generation in which it was read to its tip. */
  tip: number;
}

/** Runs one mapping: finds shards, reads parents before children, and says when all is dealt with. */
export class Engine {
  readonly #context: MappingContext;
  readonly #onEvent: OnEvent;
  readonly #stopController: AbortController;
  readonly #workers = new Map<string, Worker>();
  readonly #running = new Set<Promise<void>>();
  readonly #drain = new Drain();
  readonly #nudge = new Nudge();
  /** The youngest generation in which the shards were listed, and none has ended since. */
  #listed = -1;
  #first = true;

  constructor(context: MappingContext, stopController: AbortController, onEvent: OnEvent) {
    this.#context = context;
    this.#stopController = stopController;
    this.#onEvent = onEvent;
  }

  /**
   * Lists the shards, fixes their starting positions and begins to read them.
   * @throws the source's error when the shards cannot be listed
   */
  async start(): Promise<void> {
    try {
      await this.#discover();
    } catch (error) {
      this.#fail(error);
      throw error;
    }
    this.#first = false;
    this.#keep(this.#discoverOnAndOn());
  }

  drained(): Promise<void> {
    const settled = this.#drain.wait();
    for (const { loop } of this.#workers.values()) loop?.nudge();
    this.#nudge.fire();
    return settled;
  }

  stats(): readonly ShardStats[] {
    return [...this.#workers.values()].map(({ tally }) => ({ ...tally }));
  }

  async stop(): Promise<void> {
    this.#stopController.abort();
    this.#drain.close(
      new EngineStoppedError('The event source mapping was stopped before all was dealt with'),
    );
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #discoverOnAndOn(): Promise<void> {
    const { clock, stopping } = this.#context;
    while (!stopping.aborted) {
      await this.#discover().catch((error: unknown) => {
        if (!stopping.aborted)
          this.#onEvent({ shardId: '*', type: 'sourceFailed', error, delayMs: DISCOVERY_MS });
      });
      await this.#nudge.wait(clock, DISCOVERY_MS, stopping);
    }
  }

  async #discover(): Promise<void> {
    const { source, stopping } = this.#context;
    const { generation } = this.#drain;
    const shards = await source.listShards(stopping);
    for (const shard of shards) {
      if (!this.#workers.has(shard.id)) this.#workers.set(shard.id, await this.#newWorker(shard));
    }
    if (this.#first) await this.#fixStart();
    this.#listed = generation;
    this.#startReady();
    this.#settle();
  }

  async #newWorker(shard: Shard): Promise<Worker> {
    const { checkpoints, source } = this.#context;
    const checkpoint = await checkpoints.load(shard.id);
    const tally = newTally(shard.id);
    if (checkpoint?.type === 'SHARD_END') tally.state = 'ended';
    if (checkpoint?.type === 'AFTER_SEQUENCE_NUMBER') tally.checkpoint = checkpoint.sequenceNumber;
    const position = checkpoint?.type === 'AFTER_SEQUENCE_NUMBER' ? checkpoint : this.#startOf();
    return { shard, tally, reader: new ShardReader(source, shard.id, position), loop: undefined, tip: -1 };
  }

  /** A shard that appears later is read whole: none of its records came before the mapping. */
  #startOf(): Position {
    const { startingPosition } = this.#context.settings;
    return this.#first || startingPosition.type === 'AT_TIMESTAMP'
      ? startingPosition
      : { type: 'TRIM_HORIZON' };
  }

  /** What is the latest record must not depend on when a shard's turn comes. */
  async #fixStart(): Promise<void> {
    if (this.#context.settings.startingPosition.type !== 'LATEST') return;
    const { stopping } = this.#context;
    const open = [...this.#workers.values()].filter(({ tally }) => tally.state !== 'ended');
    await Promise.all(open.map(({ reader }) => reader.open(stopping)));
  }

  #startReady(): void {
    for (const worker of this.#workers.values()) {
      if (worker.tally.state !== 'waiting' || worker.loop !== undefined) continue;
      // A parent that is not listed has left the stream, and its records with it.
      const parents = worker.shard.parents.map((id) => this.#workers.get(id));
      if (parents.every((parent) => !parent || parent.tally.state === 'ended')) this.#startWorker(worker);
    }
  }

  #startWorker(worker: Worker): void {
    const { id: shardId } = worker.shard;
    const emit: OnEvent = this.#onEvent;
    const loop = new ShardLoop(
      {
        ...this.#context,
        shardId,
        tally: worker.tally,
        emit: (event) => {
          emit({ ...event, shardId });
        },
      },
      worker.reader,
      {
        generation: () => this.#drain.generation,
        atTip: (generation) => {
          worker.tip = generation;
          this.#settle();
        },
      },
    );
    worker.loop = loop;
    this.#keep(this.#runWorker(worker, loop));
  }

  async #runWorker(worker: Worker, loop: ShardLoop): Promise<void> {
    await loop.run();
    if (worker.tally.state !== 'ended') return;
    // Its children may not have been listed yet.
    this.#listed = -1;
    this.#startReady();
    this.#nudge.fire();
  }

  #settle(): void {
    const workers = [...this.#workers.values()];
    this.#drain.settle(
      (generation) =>
        this.#listed >= generation &&
        workers.every(({ tally, tip }) => tally.state === 'ended' || tip >= generation),
    );
  }

  /** Remembers work under way, so that stopping can wait for it. */
  #keep(work: Promise<void>): void {
    const kept = work
      .catch((error: unknown) => {
        this.#fail(error);
      })
      .finally(() => this.#running.delete(kept));
    this.#running.add(kept);
  }

  #fail(error: unknown): void {
    this.#drain.close(error instanceof Error ? error : new Error(String(error)));
    this.#stopController.abort();
  }
}
