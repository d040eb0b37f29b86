import type { Checkpoint, CheckpointStore } from '../../lib/esm/index.ts';

/** Checkpoints in memory, which can be set back as those of a poller are that dies before it has saved them. */
export class Checkpoints implements CheckpointStore {
  readonly #saved = new Map<string, Checkpoint[]>();

  load(shardId: string): Promise<Checkpoint | undefined> {
    return Promise.resolve(this.#saved.get(shardId)?.at(-1));
  }

  save(shardId: string, checkpoint: Checkpoint): Promise<void> {
    const saved = this.#saved.get(shardId);
    if (saved === undefined) this.#saved.set(shardId, [checkpoint]);
    else saved.push(checkpoint);
    return Promise.resolve();
  }

  /** Forgets the youngest checkpoints of every shard. */
  setBack(by: number): void {
    for (const saved of this.#saved.values()) saved.splice(Math.max(0, saved.length - by));
  }
}
