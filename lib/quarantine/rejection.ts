/** Why a record can never be folded in. The words are stable: metrics, messages and replay's output use them. */
export type Reason =
  | 'not-json'
  | 'bad-gzip'
  | 'no-events'
  | 'wrong-schema'
  | 'bad-time'
  | 'too-far-ahead'
  | 'bad-key'
  | 'key-too-long'
  | 'bad-value'
  | 'author-error'
  | 'too-large'
  | 'pane-too-large'
  | 'not-a-record'
  | 'empty-event'
  | 'unknown-source'
  | 'unknown-type';

/** A verdict on one record: the reason, and what exactly was wrong in words for the person who mends it. */
export interface Rejection {
  readonly reason: Reason;
  readonly detail: string;
}

/** Where a record came from, precisely enough to find it again. */
export interface Origin {
  /** ARN of the stream, path of the file, `-` for standard input, or name of the aggregate that a window is of. */
  readonly source: string;
  /** Shard of a stream. */
  readonly shard?: string;
  /** Sequence number within the shard. */
  readonly sequence?: string;
  /** User record within a Kinesis record, or line of a file, that holds several, from 0. */
  readonly subSequence?: number;
  /** Line of a file, from 1. */
  readonly line?: number;
  /** Key of a window, as it stands in the tables. */
  readonly key?: string;
  /** Start and end of a window in ISO 8601, joined by a slash. */
  readonly window?: string;
  /** The derived aggregate that refused a window. */
  readonly refusedBy?: string;
}

/** Bytes that are set aside for good, with the reason and their origin. */
export interface Quarantined extends Rejection {
  readonly origin: Origin;
  readonly bytes: Uint8Array;
}
