import type { Checkpoint } from './checkpoint.ts';
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
  reader: ShardReader;
  /** What the next loop goes on from. */
  checkpoint: Checkpoint | undefined;
  /** Whether there was a checkpoint, its own or an ancestor's, when it was found. */
  readonly resumed: boolean;
  /** Undefined until its parents have been dealt with, and while the mapping is disabled. */
  loop: ShardLoop | undefined;
  /** The youngest generation in which it was read to its tip. */
  tip: number;
}

/** What an engine is given; when work has to stop it decides itself. */
export type EngineContext = Omit<MappingContext, 'stopping' | 'aborting'>;

/** Runs one mapping: finds shards, reads parents before children, and says when all is dealt with. */
export class Engine {
  readonly #onEvent: OnEvent;
  readonly #aborting = new AbortController();
  readonly #workers = new Map<string, Worker>();
  readonly #running = new Set<Promise<void>>();
  readonly #drain = new Drain();
  readonly #nudge = new Nudge();
  #context: EngineContext;
  #wanted = false;
  /** Of the time since the mapping was last enabled; undefined while it is not. */
  #session: AbortController | undefined;
  /** Enabling, disabling and changes happen one after another. */
  #turn: Promise<void> = Promise.resolve();
  #ended: Error | undefined;
  /** The youngest generation in which the shards were listed, and none has ended since. */
  #listed = -1;
  #first = true;

  constructor(context: EngineContext, onEvent: OnEvent) {
    this.#context = context;
    this.#onEvent = onEvent;
    context.source.listen?.((shardId) => this.#workers.get(shardId)?.loop?.nudge());
  }

  /** Whether it reads, or is about to. */
  get enabled(): boolean {
    return this.#wanted && !this.#ended;
  }

  /**
   * Begins to read, or goes on where it was disabled. The first time, the shards have been listed and their starting
   * positions fixed when this resolves; it rejects with the source's error when they cannot be listed, and has stopped.
   */
  enable(): Promise<void> {
    this.#wanted = true;
    return this.#inTurn(() => this.#resume());
  }

  /** Finishes the invocations under way, and keeps the positions. Who waits for the drain waits no more. */
  disable(): Promise<void> {
    this.#wanted = false;
    return this.#inTurn(async () => {
      await this.#pause();
      if (!this.#wanted) this.#drain.settle(() => true);
    });
  }

  /** Goes on with other settings, without losing the positions, unless it is disabled or has been meanwhile. */
  update(change: (context: EngineContext) => EngineContext): Promise<void> {
    return this.#inTurn(async () => {
      await this.#pause();
      this.#context = change(this.#context);
      if (this.#wanted) await this.#resume();
    });
  }

  drained(): Promise<void> {
    if (!this.#wanted && !this.#ended) return Promise.resolve();
    const settled = this.#drain.wait();
    for (const { loop } of this.#workers.values()) loop?.nudge();
    this.#nudge.fire();
    return settled;
  }

  stats(): readonly ShardStats[] {
    return [...this.#workers.values()].map(({ tally }) => ({ ...tally }));
  }

  async stop({ abort }: { readonly abort: boolean }): Promise<void> {
    if (abort) this.#aborting.abort();
    this.#end(new EngineStoppedError('The event source mapping was stopped before all was dealt with'));
    await this.#turn;
    await this.#untilIdle();
    await this.#context.checkpoints.flush?.();
  }

  async #resume(): Promise<void> {
    if (this.#ended) throw this.#ended;
    if (this.#session) return;
    const { signal } = (this.#session = new AbortController());
    if (this.#first) await this.#startFirst(signal);
    if (!signal.aborted) this.#keep(this.#discoverOnAndOn(signal));
  }

  async #pause(): Promise<void> {
    if (!this.#session || this.#ended) return;
    this.#session.abort();
    await this.#untilIdle();
    this.#session = undefined;
    for (const worker of this.#workers.values()) this.#rewind(worker);
    this.#listed = -1;
    try {
      await this.#context.checkpoints.flush?.();
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  async #startFirst(stopping: AbortSignal): Promise<void> {
    try {
      await this.#discover(stopping);
    } catch (error) {
      this.#fail(error);
      throw error;
    }
    this.#first = false;
  }

  async #discoverOnAndOn(stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      await this.#discover(stopping).catch((error: unknown) => {
        if (!stopping.aborted)
          this.#onEvent({ shardId: '*', type: 'sourceFailed', error, delayMs: DISCOVERY_MS });
      });
      await this.#nudge.wait(this.#context.clock, DISCOVERY_MS, stopping);
    }
  }

  async #discover(stopping: AbortSignal): Promise<void> {
    const { generation } = this.#drain;
    const shards = await this.#context.source.listShards(stopping);
    for (const shard of shards) {
      if (!this.#workers.has(shard.id)) this.#workers.set(shard.id, await this.#newWorker(shard));
    }
    if (this.#first) await this.#fixStart(stopping);
    if (stopping.aborted) return;
    this.#listed = generation;
    this.#startReady(stopping);
    this.#settle();
  }

  async #newWorker(shard: Shard): Promise<Worker> {
    const { checkpoints, source } = this.#context;
    const checkpoint = await checkpoints.load(shard.id);
    const resumed = checkpoint !== undefined || (await this.#isParentResumed(shard));
    const tally = newTally(shard.id);
    let position = this.#startOf(resumed);
    if (checkpoint?.type === 'SHARD_END') tally.state = 'ended';
    if (checkpoint?.type === 'AFTER_SEQUENCE_NUMBER') {
      const { type, sequenceNumber } = checkpoint;
      tally.checkpoint = sequenceNumber;
      position = { type, sequenceNumber };
    }
    const reader = new ShardReader(source, shard.id, position);
    return { shard, tally, reader, checkpoint, resumed, loop: undefined, tip: -1 };
  }

  /** Parents are listed before their children; one that has left the stream may have left a checkpoint. */
  async #isParentResumed({ parents }: Shard): Promise<boolean> {
    for (const id of parents) {
      const parent = this.#workers.get(id);
      if (parent ? parent.resumed : await this.#context.checkpoints.load(id)) return true;
    }
    return false;
  }

  /**
   * A shard that appears later, or did so while the mapping that is gone on with was stopped, is read whole: none of its
   * records came before the mapping.
   */
  #startOf(resumed: boolean): Position {
    const { startingPosition } = this.#context.settings;
    return (this.#first && !resumed) || startingPosition.type === 'AT_TIMESTAMP'
      ? startingPosition
      : { type: 'TRIM_HORIZON' };
  }

  /** What is the latest record must not depend on when a shard's turn comes. */
  async #fixStart(stopping: AbortSignal): Promise<void> {
    if (this.#context.settings.startingPosition.type !== 'LATEST') return;
    const open = [...this.#workers.values()].filter(({ tally }) => tally.state !== 'ended');
    await Promise.all(open.map(({ reader }) => reader.open(stopping)));
  }

  #startReady(stopping: AbortSignal): void {
    for (const worker of this.#workers.values()) {
      if (worker.tally.state !== 'waiting' || worker.loop !== undefined) continue;
      // A parent that is not listed has left the stream, and its records with it.
      const parents = worker.shard.parents.map((id) => this.#workers.get(id));
      if (parents.every((parent) => !parent || parent.tally.state === 'ended')) {
        this.#startWorker(worker, stopping);
      }
    }
  }

  #startWorker(worker: Worker, stopping: AbortSignal): void {
    const { id: shardId } = worker.shard;
    const emit: OnEvent = this.#onEvent;
    const loop = new ShardLoop(
      {
        ...this.#context,
        stopping,
        aborting: this.#aborting.signal,
        shardId,
        tally: worker.tally,
        emit: (event) => {
          emit({ ...event, shardId });
        },
      },
      {
        reader: worker.reader,
        resumed: worker.checkpoint,
        hooks: {
          generation: () => this.#drain.generation,
          atTip: (generation) => {
            worker.tip = generation;
            this.#settle();
          },
        },
      },
    );
    worker.loop = loop;
    this.#keep(this.#runWorker(worker, loop, stopping));
  }

  async #runWorker(worker: Worker, loop: ShardLoop, stopping: AbortSignal): Promise<void> {
    await loop.run();
    if (worker.tally.state !== 'ended' || stopping.aborted) return;
    // Its children may not have been listed yet.
    this.#listed = -1;
    this.#startReady(stopping);
    this.#nudge.fire();
  }

  /** Makes a worker whose loop has stopped ready for another. */
  #rewind(worker: Worker): void {
    const { loop, shard, tally } = worker;
    worker.tip = -1;
    worker.loop = undefined;
    if (!loop || tally.state === 'ended') return;
    tally.state = 'waiting';
    worker.checkpoint = loop.checkpoint;
    const { position } = loop;
    if (position) worker.reader = new ShardReader(this.#context.source, shard.id, position);
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

  async #untilIdle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #inTurn(task: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(task);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  #fail(error: unknown): void {
    this.#end(error instanceof Error ? error : new Error(String(error)));
  }

  /** The first reason stays. */
  #end(reason: Error): void {
    this.#ended ??= reason;
    this.#drain.close(reason);
    this.#session?.abort();
  }
}
