import type { Backoff } from './backoff.ts';
import type { CheckpointStore } from './checkpoint.ts';
import type { Clock } from './clock.ts';
import type { SendFailure } from './destination.ts';
import type { EngineEvent } from './events.ts';
import type { MappingSettings } from './settings.ts';
import type { ShardSource } from './sources/source.ts';
import type { Tally } from './stats.ts';

/** What the engine tells `invoke` besides the event. */
export interface InvokeInfo {
  /** A UUID; the function's `awsRequestId`, so that on-failure messages name the invocation. */
  readonly requestId: string;
  readonly shardId: string;
  /** Aborts when the engine is stopped without waiting for the invocation. */
  readonly signal: AbortSignal;
}

/**
 * Invokes the function once and resolves with its answer. Rejects with a {@link NotInvokedError} when the function
 * could not be run, and with anything else when it failed.
 */
export type Invoke = (event: { readonly Records: readonly object[] }, info: InvokeInfo) => Promise<unknown>;

/** What all work on a mapping's shards shares. */
export interface MappingContext {
  readonly settings: MappingSettings;
  readonly source: ShardSource;
  readonly invoke: Invoke;
  /** Undefined without an on-failure destination. */
  readonly sendFailure: SendFailure | undefined;
  readonly checkpoints: CheckpointStore;
  readonly clock: Clock;
  /** Numbers from 0 up to 1. */
  readonly random: () => number;
  readonly backoff: Backoff;
  /** Aborts when no further invocation may begin. */
  readonly stopping: AbortSignal;
  /** Aborts when not even the one under way is waited for. */
  readonly aborting: AbortSignal;
}

/** What all work on one shard shares. */
export interface ShardContext extends MappingContext {
  readonly shardId: string;
  readonly tally: Tally;
  readonly emit: (event: DistributiveOmit<EngineEvent, 'shardId'>) => void;
}

type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;
