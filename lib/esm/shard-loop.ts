import type { Checkpoint } from './checkpoint.ts';
import { closeWindow } from './close-window.ts';
import { Lane } from './lane.ts';
import { laneOf } from './lane-of.ts';
import { LaneState } from './lane-state.ts';
import { ShardProgress } from './progress.ts';
import type { LaneContext, ShardContext } from './shard-context.ts';
import type { TipHooks } from './shard-feed.ts';
import { ShardFeed } from './shard-feed.ts';
import type { ShardReader } from './shard-reader.ts';
import type { Position } from './sources/source.ts';

/** What a shard is worked on with. */
export interface ShardLoopParts {
  readonly reader: ShardReader;
  readonly hooks: TipHooks;
  /** What to go on from. */
  readonly resumed: Checkpoint | undefined;
}

/** Reads one shard, spreads its records over lanes by key, and works these off, each in order. */
export class ShardLoop {
  readonly #shard: ShardContext;
  readonly #laneStates: readonly LaneState[];
  readonly #lanes: readonly Lane[];
  readonly #progress: ShardProgress;
  readonly #feed: ShardFeed;
  readonly #failed = new AbortController();

  constructor(shard: ShardContext, { reader, hooks, resumed }: ShardLoopParts) {
    const { parallelizationFactor: factor, tumblingWindowMs } = shard.settings;
    this.#shard = { ...shard, stopping: AbortSignal.any([shard.stopping, this.#failed.signal]) };
    this.#laneStates = Array.from({ length: factor }, (_, index) => new LaneState(index));
    this.#progress = new ShardProgress({
      shardId: shard.shardId,
      checkpoints: shard.checkpoints,
      tally: shard.tally,
      lanes: this.#laneStates,
      tumbling: tumblingWindowMs > 0,
      resumed,
    });
    this.#feed = new ShardFeed(this.#shard, {
      reader,
      hooks,
      progress: this.#progress,
      deliver: (record) => this.#lanes[laneOf(record.orderKey, factor)]?.push(record),
    });
    this.#lanes = this.#laneStates.map((lane) => new Lane(this.#contextOf(lane), this.#feed));
    if (tumblingWindowMs > 0) this.#resumeWindows(resumed);
  }

  /** Looks for records now, rather than when the pause is over. */
  nudge(): void {
    this.#feed.nudge();
  }

  /** What was saved last. */
  get checkpoint(): Checkpoint | undefined {
    return this.#progress.checkpoint;
  }

  /** Where another loop has to begin to read when this one has stopped; undefined for where its reader is. */
  get position(): Position | undefined {
    const { checkpoint, ledger } = this.#progress;
    if (checkpoint?.type === 'AFTER_SEQUENCE_NUMBER') {
      return { type: checkpoint.type, sequenceNumber: checkpoint.sequenceNumber };
    }
    const first = ledger.firstOpen;
    return first && { type: 'AT_SEQUENCE_NUMBER', sequenceNumber: first.sequenceNumber };
  }

  /** Resolves when the shard has been dealt with to its end, or the engine stops; rejects when it cannot go on. */
  async run(): Promise<void> {
    const { checkpoints, emit, shardId, stopping, tally } = this.#shard;
    tally.state = 'reading';
    emit({ type: 'shardStarted' });
    await this.#closeStrayWindows();
    await this.#runLanes();
    if (stopping.aborted) return;
    await checkpoints.save(shardId, { type: 'SHARD_END' });
    tally.state = 'ended';
    tally.iteratorAgeMs = 0;
    emit({ type: 'shardEnded' });
  }

  /** A lane that cannot go on stops the others; it rejects only when all have stopped. */
  async #runLanes(): Promise<void> {
    const runs = this.#lanes.map(async (lane) => {
      try {
        await lane.run();
      } catch (error) {
        this.#failed.abort();
        throw error;
      }
    });
    await Promise.allSettled(runs);
    await Promise.all(runs);
  }

  #contextOf(lane: LaneState): LaneContext {
    const { emit, settings } = this.#shard;
    return {
      ...this.#shard,
      lane,
      progress: this.#progress,
      ...(settings.parallelizationFactor > 1 && {
        emit: (event) => {
          emit({ ...event, lane: lane.index });
        },
      }),
    };
  }

  #resumeWindows(resumed: Checkpoint | undefined): void {
    if (resumed?.type !== 'AFTER_SEQUENCE_NUMBER') return;
    const { parallelizationFactor, tumblingWindowMs } = this.#shard.settings;
    for (const open of resumed.tumbling?.windows ?? []) {
      const { lane: index, lanes, ...window } = open;
      const lane = this.#laneStates[index];
      const fits = lanes === parallelizationFactor && window.endMs - window.startMs === tumblingWindowMs;
      if (lane && fits) lane.window = window;
      else this.#progress.strayWindows.push(open);
    }
  }

  /**
   * Their states fit none of the lanes, because there were more or fewer or windows had another length: each is handed
   * over as a window that ends early.
   */
  async #closeStrayWindows(): Promise<void> {
    const { strayWindows } = this.#progress;
    for (let stray = strayWindows.shift(); stray; stray = strayWindows.shift()) {
      const { lane: index, startMs, endMs, state } = stray;
      const lane = new LaneState(index);
      lane.window = { startMs, endMs, state };
      await closeWindow(this.#contextOf(lane), { early: true });
      if (this.#shard.stopping.aborted) return;
    }
  }
}
