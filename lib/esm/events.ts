import type { DiscardCondition, FailureMessage } from './failure-message.ts';

/** What an engine tells of its work, as it happens. */
export type EngineEvent = {
  readonly shardId: string;
  /** Which of the shard's concurrent batches it is about, from 0; only with a parallelization factor above 1. */
  readonly lane?: number;
} & (
  | { readonly type: 'shardStarted' }
  /** A closed shard has been dealt with to its end. */
  | { readonly type: 'shardEnded' }
  /** `filtered` of the records are not for the function. */
  | {
      readonly type: 'read';
      readonly records: number;
      readonly filtered: number;
      readonly behindMs: number;
    }
  | InvocationEvent<'invoked'>
  | InvocationEvent<'succeeded'>
  /** `from`, where the function reported it: the position of the first record that failed. */
  | (InvocationEvent<'failed'> & { readonly reason: string; readonly from?: number })
  /** The function could not be invoked. */
  | (InvocationEvent<'refused'> & { readonly reason: string })
  | {
      readonly type: 'retrying';
      readonly records: number;
      readonly delayMs: number;
      readonly failures: number;
    }
  /** What comes next instead of the batch: the sizes of its parts. */
  | { readonly type: 'bisected'; readonly parts: readonly number[] }
  /** The final invocation of a tumbling window has succeeded. */
  | {
      readonly type: 'windowClosed';
      /** Ms since 1970. */
      readonly startMs: number;
      readonly endMs: number;
      /** Whether the window goes on with an empty state. */
      readonly early: boolean;
    }
  | {
      readonly type: 'discarded';
      readonly condition: DiscardCondition;
      readonly records: number;
      readonly message: FailureMessage;
    }
  /** A message for the on-failure destination could not be sent; the records are given up all the same. */
  | { readonly type: 'destinationFailed'; readonly message: FailureMessage; readonly error: unknown }
  /** A read failed and will be tried again; the shard is `*` where it was the list of shards. */
  | { readonly type: 'sourceFailed'; readonly error: unknown; readonly delayMs: number }
);

interface InvocationEvent<Type extends string> {
  readonly type: Type;
  readonly requestId: string;
  readonly records: number;
}

/** Receives the events; must not throw. */
export type OnEvent = (event: EngineEvent) => void;
