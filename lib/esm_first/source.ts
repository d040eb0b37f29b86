/** A record of a shard, ready to stand in a Lambda event. */
export interface ShardRecord {
  readonly sequence: string;
  /** When the stream took it, in ms. */
  readonly arrival: number;
  /** What it adds to the payload of an invocation, in bytes of JSON. */
  readonly bytes: number;
  /** The record as the function sees it. */
  readonly payload: unknown;
}

/** A shard and the shards that it came out of. */
export interface Shard {
  readonly id: string;
  readonly parents: readonly string[];
}

/** Where reading of a shard begins. */
export type Position =
  | { readonly type: 'TRIM_HORIZON' | 'LATEST' }
  | { readonly type: 'AT_TIMESTAMP'; readonly time: number }
  | { readonly type: 'AFTER_SEQUENCE_NUMBER'; readonly sequence: string };

/** One read of a shard. */
export interface Page {
  readonly records: readonly ShardRecord[];
  /** `undefined` once a closed shard has been read to its end. */
  readonly next: string | undefined;
}

/** A stream, whichever service has it. */
export interface ShardSource {
  shards(): Promise<readonly Shard[]>;
  iterator(shard: string, position: Position): Promise<string>;
  /** @throws {ExpiredIterator} if the iterator is too old */
  read(shard: string, iterator: string): Promise<Page>;
}

/** An iterator that was not used in time: another one is to be asked for. */
export class ExpiredIterator extends Error {
  override readonly name = 'ExpiredIterator';
}
