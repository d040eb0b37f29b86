/** How far each shard has been dealt with. The engine writes it after a batch and reads it when it starts. */
export interface Checkpoints {
  /** Sequence number of the last record dealt with; `'SHARD_END'` once a closed shard is done. */
  read(shard: string): Promise<string | undefined>;
  write(shard: string, sequence: string): Promise<void>;
}

/** The checkpoint of a closed shard that has been read to its end. */
export const SHARD_END = 'SHARD_END';

/** Checkpoints that last as long as the process. */
export function memoryCheckpoints(): Checkpoints {
  const sequences = new Map<string, string>();
  return {
    read: (shard) => Promise.resolve(sequences.get(shard)),
    write: (shard, sequence) => {
      sequences.set(shard, sequence);
      return Promise.resolve();
    },
  };
}
