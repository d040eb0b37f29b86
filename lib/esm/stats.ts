/** What has become of one shard's records. */
export interface ShardStats {
  readonly shardId: string;
  /** Waiting (for its parents to be dealt with, or for the mapping to be enabled), read, or dealt with to its end. */
  readonly state: 'waiting' | 'reading' | 'ended';
  /** How old the last record dealt with was then, ms; 0 while there is nothing to read. */
  readonly iteratorAgeMs: number;
  readonly recordsRead: number;
  /** Of those, the ones that the filters kept from the function. */
  readonly recordsFiltered: number;
  readonly invocations: number;
  /** Invocations of records that had been given to the function before. */
  readonly retries: number;
  /** Invocations that failed, wholly or in part. */
  readonly batchesFailed: number;
  readonly batchesDiscarded: number;
  readonly recordsDiscarded: number;
  /** Tumbling windows whose final invocation has succeeded, those that ended early included. */
  readonly windowsClosed: number;
  /** The sequence number of the last record before which all are dealt with. */
  readonly checkpoint: string | undefined;
}

/** The same while it is being counted. */
export type Tally = { -readonly [Name in keyof ShardStats]: ShardStats[Name] };

export function newTally(shardId: string): Tally {
  return {
    shardId,
    state: 'waiting',
    iteratorAgeMs: 0,
    recordsRead: 0,
    recordsFiltered: 0,
    invocations: 0,
    retries: 0,
    batchesFailed: 0,
    batchesDiscarded: 0,
    recordsDiscarded: 0,
    windowsClosed: 0,
    checkpoint: undefined,
  };
}
