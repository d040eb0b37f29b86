/** A record of a stream, ready to be put in an event. */
export interface StreamRecord {
  readonly sequenceNumber: string;
  /** When the stream took it, milliseconds since 1970. */
  readonly arrivalMs: number;
  /** Records of the same key stay in order whatever the parallelization: the partition key, or the item's keys. */
  readonly orderKey: string;
  /** As Lambda hands it to the function: one member of the event's `Records`. */
  readonly event: object;
  /** Of the event record, as JSON in UTF-8. */
  readonly bytes: number;
}

export interface Shard {
  readonly id: string;
  /** The shards that it was split or merged from; they may be gone. */
  readonly parents: readonly string[];
}

/** Where reading begins. */
export type Position =
  | { readonly type: 'TRIM_HORIZON' }
  | { readonly type: 'LATEST' }
  | { readonly type: 'AT_TIMESTAMP'; readonly timestampMs: number }
  | { readonly type: 'AT_SEQUENCE_NUMBER' | 'AFTER_SEQUENCE_NUMBER'; readonly sequenceNumber: string };

/** What one read of a shard brought. */
export interface Page {
  readonly records: readonly StreamRecord[];
  /** Undefined at the end of a closed shard. */
  readonly nextIterator: string | undefined;
  /** How far the page's end is from the newest record, as far as the stream says; 0 where it does not. */
  readonly behindMs: number;
}

/** A stream, whatever service has it. Calls reject with the SDK's errors but for the two named. */
export interface ShardSource {
  /** The member of an on-failure message that tells of the batch. */
  readonly batchInfoName: 'KinesisBatchInfo' | 'DDBStreamBatchInfo';
  /** All shards, open and closed, whose records may still be there. */
  listShards(signal?: AbortSignal): Promise<readonly Shard[]>;
  /** @throws {TrimmedDataError} when the position's records are gone */
  getIterator(shardId: string, position: Position, signal?: AbortSignal): Promise<string>;
  /**
   * @throws {ExpiredIteratorError} when the iterator is too old
   * @throws {TrimmedDataError} when the records at the iterator are gone
   */
  getRecords(shardId: string, iterator: string, signal?: AbortSignal): Promise<Page>;
  /**
   * For a source that is pushed its records: whether nothing is on its way, after a page without any. A source that has
   * no such method knows by the page.
   */
  isAtTip?(shardId: string, iterator: string, signal?: AbortSignal): Promise<boolean>;
  /** For a source that is pushed its records: it calls `notify` whenever it is worth while to read a shard. */
  listen?(notify: (shardId: string) => void): void;
}
