/** How far a shard has been dealt with. */
export type Checkpoint =
  /** Up to this record, which succeeded or was given up. */
  | { readonly type: 'AFTER_SEQUENCE_NUMBER'; readonly sequenceNumber: string }
  /** To the end of a closed shard. */
  | { readonly type: 'SHARD_END' };

/** Keeps the checkpoints of one mapping, so that an engine can go on where another stopped. */
export interface CheckpointStore {
  /** Undefined for a shard of which nothing has been dealt with. */
  load(shardId: string): Promise<Checkpoint | undefined>;
  save(shardId: string, checkpoint: Checkpoint): Promise<void>;
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
