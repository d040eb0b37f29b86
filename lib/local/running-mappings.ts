import {
  startEventSourceMapping,
  type EngineEvent,
  type EventSourceMappingHandle,
  type EventSourceMappingOptions,
  type Invoke,
} from '../esm/index.ts';
import type { EmbeddedAws } from './aws/embedded.ts';
import type { StackEventSourceMapping } from './stack/event-source-mappings.ts';

/** Starts the mapping of a function. */
export type StartMapping = (
  functionKey: string,
  options: EventSourceMappingOptions & { readonly invoke: Invoke },
) => EventSourceMappingHandle;

/** What mappings are started with. */
export interface MappingsOptions {
  readonly mappings: readonly StackEventSourceMapping[];
  readonly aws: Pick<EmbeddedAws, 'clients'>;
  readonly invoke: (functionKey: string, event: unknown, requestId: string) => Promise<unknown>;
  /** What the mapping of a function tells. */
  readonly onEvent: (functionKey: string, event: EngineEvent) => void;
  /** As it is declared, unless given. */
  readonly startMapping?: StartMapping | undefined;
}

/** An event source mapping at work. */
export interface RunningMapping {
  readonly declared: StackEventSourceMapping;
  readonly handle: EventSourceMappingHandle;
}

/** The event source mappings of a stack at work. */
export interface RunningMappings {
  readonly mappings: readonly RunningMapping[];
  /** Waits until nothing moves any more: all streams are read to their tips, and what they caused is done too. */
  quiet(): Promise<void>;
  /** Waits for the invocations under way. */
  stop(): Promise<void>;
}

/** Starts the event source mappings of a stack, each with the functions and the embedded AWS that there are. */
export function startMappings({
  mappings: wanted,
  aws,
  invoke,
  onEvent,
  startMapping = asDeclared,
}: MappingsOptions): RunningMappings {
  const { kinesis, dynamodbStreams, sqs, sns, s3 } = aws.clients;
  const mappings = wanted.map((declared) => {
    const { key } = declared.function;
    const handle = startMapping(key, {
      mapping: declared.properties,
      invoke: (event, { requestId }) => invoke(key, event, requestId),
      kinesis,
      dynamodbStreams,
      destinations: { sqs, sns, s3 },
      onEvent: (event) => {
        onEvent(key, event);
      },
    });
    return { declared, handle };
  });
  return {
    mappings,
    quiet: () => untilQuiet(mappings.map(({ handle }) => handle)),
    stop: async () => {
      await Promise.all(mappings.map(({ handle }) => handle.stop()));
    },
  };
}

function asDeclared(_: string, options: EventSourceMappingOptions): EventSourceMappingHandle {
  return startEventSourceMapping(options);
}

/**
 * One stage's writes are the next stage's stream: the mappings are drained one after another, from the source down, until
 * a whole round had nothing to do.
 */
async function untilQuiet(handles: readonly EventSourceMappingHandle[]): Promise<void> {
  const done = (): number =>
    handles.flatMap((handle) => handle.stats()).reduce((sum, shard) => sum + shard.recordsRead, 0);
  for (let before = -1; before !== done();) {
    before = done();
    for (const handle of handles) await handle.drained();
  }
}
