import type { TumblingWindow } from './tumbling-window.ts';

/** How far a shard has been dealt with. */
export type Checkpoint =
  /** Up to this record: it and all before it succeeded, were given up, or are not for the function. */
  | {
      readonly type: 'AFTER_SEQUENCE_NUMBER';
      readonly sequenceNumber: string;
      /** With tumbling windows: what belongs to the states. */
      readonly tumbling?: TumblingCheckpoint;
    }
  /** To the end of a closed shard. */
  | { readonly type: 'SHARD_END' };

/** What makes a window's state count each record once although a shard is read again from its checkpoint. */
export interface TumblingCheckpoint {
  /** Records behind the checkpoint that are in a state already. */
  readonly ahead: readonly LanePosition[];
  /** Windows that have not had their final invocation. */
  readonly windows: readonly OpenWindow[];
}

/** The records of a lane, of so many as there were then, that are dealt with. */
export interface LanePosition {
  readonly lanes: number;
  /** From 0. */
  readonly lane: number;
  /** The last of them. */
  readonly through: string;
}

export interface OpenWindow extends TumblingWindow {
  readonly lanes: number;
  readonly lane: number;
}

/** Keeps the checkpoints of one mapping, so that an engine can go on where another stopped. */
export interface CheckpointStore {
  /** Undefined for a shard of which nothing has been dealt with. */
  load(shardId: string): Promise<Checkpoint | undefined>;
  /**
   * Called after every batch, and for one shard never before the last call has resolved. If it rejects, the mapping
   * stops.
   */
  save(shardId: string, checkpoint: Checkpoint): Promise<void>;
  /** Makes sure that nothing is lost of what was saved; called when the mapping stops or is disabled. */
  flush?(): Promise<void>;
}

/** Checkpoints that live as long as the object. */
export class InMemoryCheckpointStore implements CheckpointStore {
  readonly #checkpoints = new Map<string, Checkpoint>();

  load(shardId: string): Promise<Checkpoint | undefined> {
    return Promise.resolve(this.#checkpoints.get(shardId));
  }

  save(shardId: string, checkpoint: Checkpoint): Promise<void> {
    this.#checkpoints.set(shardId, checkpoint);
    return Promise.resolve();
  }
}
