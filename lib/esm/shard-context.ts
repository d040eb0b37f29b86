import type { Backoff } from './backoff.ts';
import type { CheckpointStore } from './checkpoint.ts';
import type { Clock } from './clock.ts';
import type { SendFailure } from './destination.ts';
import type { EngineEvent } from './events.ts';
import type { LaneState } from './lane-state.ts';
import type { ShardProgress } from './progress.ts';
import type { MappingSettings } from './settings.ts';
import type { ShardSource } from './sources/source.ts';
import type { Tally } from './stats.ts';
import type { WindowProperties } from './tumbling-window.ts';

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
export type Invoke = (event: StreamEvent, info: InvokeInfo) => Promise<unknown>;

/** What the function is given: with tumbling windows, the window's properties too. */
export type StreamEvent = { readonly Records: readonly object[] } & Partial<WindowProperties>;

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
  /** How long past its end a tumbling window that nothing follows stays open, ms. */
  readonly windowWaitMs: number;
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

/** What the work on the batches of one lane shares. */
export interface LaneContext extends ShardContext {
  readonly lane: LaneState;
  readonly progress: ShardProgress;
}

type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;
