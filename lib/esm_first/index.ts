/**
 * Lambda's event source mapping for Kinesis and DynamoDB streams, free of weir's pipeline: a mapping's settings under
 * CloudFormation's names, SDK clients for the stream and the on-failure destination, and a function to invoke.
 */
export { memoryCheckpoints, SHARD_END, type Checkpoints } from './checkpoints.ts';
export type { Clock } from './clock.ts';
export {
  startEventSourceMapping,
  type EventSourceMapping,
  type EventSourceMappingOptions,
} from './engine.ts';
export { MappingError } from './errors.ts';
export type { EngineEvent } from './events.ts';
export type { Invocation, Invoke } from './invoke.ts';
export type { Mapping, Settings } from './settings.ts';
