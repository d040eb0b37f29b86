/**
 * An event source mapping as AWS Lambda runs it, for Kinesis and DynamoDB streams: given a mapping's settings in
 * CloudFormation's names, SDK clients for the stream and the on-failure destination, and a function to invoke. It knows
 * nothing of what the records mean, and can be used on its own.
 *
 * All settings of a stream's mapping are honoured; docs/esm.md says how each is.
 */
export type { Backoff } from './backoff.ts';
export { LAMBDA_BACKOFF } from './backoff.ts';
export type {
  Checkpoint,
  CheckpointStore,
  LanePosition,
  OpenWindow,
  TumblingCheckpoint,
} from './checkpoint.ts';
export { InMemoryCheckpointStore } from './checkpoint.ts';
export type { Clock } from './clock.ts';
export { systemClock } from './clock.ts';
export type { DestinationClients } from './destination.ts';
export {
  EngineStoppedError,
  ExpiredIteratorError,
  MappingSettingsError,
  NotInvokedError,
  TrimmedDataError,
  UnsupportedSettingError,
} from './errors.ts';
export type { EngineEvent, OnEvent } from './events.ts';
export { FunctionTimedOutError } from './handler-invoke.ts';
export type { Handler, HandlerCallback, HandlerContext } from './handler-invoke.ts';
export type { FilterCriteria } from './filter/compile-filter.ts';
export type { BatchInfo, DiscardCondition, FailureMessage } from './failure-message.ts';
export type { EventSourceMappingSettings, MappingChange, MappingSettings } from './settings.ts';
export { parseSettings } from './settings.ts';
export type { Invoke, InvokeInfo, StreamEvent } from './shard-context.ts';
export type { Page, Position, Shard, ShardSource, StreamRecord } from './sources/source.ts';
export type { EventSourceMappingHandle, EventSourceMappingOptions } from './start.ts';
export { startEventSourceMapping } from './start.ts';
export type { ShardStats } from './stats.ts';
export type { TumblingWindow, WindowProperties } from './tumbling-window.ts';
export { WINDOW_WAIT_MS } from './tumbling-window.ts';
export { CheckpointFileError, FileCheckpointStore } from './file-checkpoint-store.ts';
