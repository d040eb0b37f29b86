import type {
  Checkpoint,
  CheckpointStore,
  LanePosition,
  OpenWindow,
  TumblingCheckpoint,
} from './checkpoint.ts';
import { laneOf } from './lane-of.ts';
import type { LaneState } from './lane-state.ts';
import { Ledger } from './ledger.ts';
import { compareSequence } from './sequence.ts';
import type { StreamRecord } from './sources/source.ts';
import type { Tally } from './stats.ts';

/** What {@link ShardProgress} needs. */
export interface ProgressOptions {
  readonly shardId: string;
  readonly checkpoints: CheckpointStore;
  readonly tally: Tally;
  readonly lanes: readonly LaneState[];
  /** Whether the states of windows are kept. */
  readonly tumbling: boolean;
  /** What to go on from. */
  readonly resumed: Checkpoint | undefined;
}

/** How far a shard has been dealt with, by its lanes together, and the checkpoint that says so. */
export class ShardProgress {
  readonly ledger = new Ledger();
  /** Windows of an earlier run that are no lane's. */
  readonly strayWindows: OpenWindow[] = [];
  readonly #options: ProgressOptions;
  /** What earlier runs, maybe with other lanes, had dealt with behind their checkpoints. */
  readonly #ahead: readonly LanePosition[];
  #checkpoint: Checkpoint | undefined;
  #saving: Promise<void> | undefined;
  #savingNext: Promise<void> | undefined;
  #waiters: (() => void)[] = [];

  constructor(options: ProgressOptions) {
    const { resumed, tumbling } = options;
    this.#options = options;
    this.#checkpoint = resumed;
    this.#ahead =
      tumbling && resumed?.type === 'AFTER_SEQUENCE_NUMBER' ? (resumed.tumbling?.ahead ?? []) : [];
  }

  /** The last checkpoint that was saved. */
  get checkpoint(): Checkpoint | undefined {
    return this.#checkpoint;
  }

  /** Whether an earlier run has the record in a window's state. */
  isAhead({ orderKey, sequenceNumber }: StreamRecord): boolean {
    return this.#ahead.some(
      ({ lanes, lane, through }) =>
        compareSequence(sequenceNumber, through) <= 0 && laneOf(orderKey, lanes) === lane,
    );
  }

  /** Notes that a lane is done with its next records, and saves the checkpoint. */
  async dealtWith(records: readonly StreamRecord[], lane: LaneState): Promise<void> {
    const last = records.at(-1);
    if (!last) return;
    lane.through = last.sequenceNumber;
    this.ledger.dealtWith(records);
    for (const wake of this.#waiters.splice(0)) wake();
    await this.save();
  }

  /** Resolves when the next records are dealt with, or the signal aborts. */
  moved(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) {
        resolve();
        return;
      }
      const done = (): void => {
        signal.removeEventListener('abort', done);
        resolve();
      };
      signal.addEventListener('abort', done);
      this.#waiters.push(done);
    });
  }

  /** Resolves when what holds now is saved. Calls under way are served together by the next write. */
  save(): Promise<void> {
    if (!this.#saving) {
      this.#saving = this.#write().finally(() => (this.#saving = undefined));
      return this.#saving;
    }
    this.#savingNext ??= this.#saving.then(() => {
      this.#savingNext = undefined;
      return this.save();
    });
    return this.#savingNext;
  }

  async #write(): Promise<void> {
    const { checkpoints, shardId, tally, tumbling } = this.#options;
    const saved =
      this.#checkpoint?.type === 'AFTER_SEQUENCE_NUMBER' ? this.#checkpoint.sequenceNumber : undefined;
    const sequenceNumber = this.ledger.reached?.sequenceNumber ?? saved;
    if (sequenceNumber === undefined || (sequenceNumber === saved && !tumbling)) return;
    const checkpoint: Checkpoint = {
      type: 'AFTER_SEQUENCE_NUMBER',
      sequenceNumber,
      ...(tumbling && { tumbling: this.#tumbling(sequenceNumber) }),
    };
    await checkpoints.save(shardId, checkpoint);
    this.#checkpoint = checkpoint;
    tally.checkpoint = sequenceNumber;
  }

  #tumbling(sequenceNumber: string): TumblingCheckpoint {
    const lanes = this.#options.lanes.length;
    const own = this.#options.lanes.flatMap(({ index: lane, through }) =>
      through === undefined ? [] : [{ lanes, lane, through }],
    );
    return {
      ahead: [...this.#ahead, ...own].filter(({ through }) => compareSequence(through, sequenceNumber) > 0),
      windows: [
        ...this.strayWindows,
        ...this.#options.lanes.flatMap(({ index: lane, window }) =>
          window ? [{ lanes, lane, ...window }] : [],
        ),
      ],
    };
  }
}
