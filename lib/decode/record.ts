import type { Rejection } from '../quarantine/rejection.ts';

/** A record of a stream with what the fold and quarantine need to know of it. Its data are decoded by whoever folds it. */
export interface StreamRecord {
  /** Its place within the lane's order: the sequence number, with `.000002` after it for the third user record of one. */
  readonly sequence: string;
  /** When it arrived at the stream, in ms. */
  readonly arrival: number | undefined;
  /** The data in base64, as Lambda hands them over, or as they were unpacked from that. */
  readonly data: string;
  /** What unpacking has found, where that leaves nothing to be folded. */
  readonly verdict?: Verdict;
}

/** Why data hold no event; `nothing` of data that rightly hold none, and are dealt with as they stand. */
export type Verdict = Rejection | 'nothing';

/** The records of one lane in their order. A lane is one ordered sequence: a Kinesis shard, or a file under replay. */
export interface LaneBatch {
  /** Name of the lane, such as `flights/shardId-000000000000`. */
  readonly lane: string;
  /** ARN or path of the source, for origins. */
  readonly source: string;
  readonly shard: string | undefined;
  readonly records: readonly StreamRecord[];
}
