import {
  startEventSourceMapping,
  type EngineEvent,
  type EventSourceMappingHandle,
  type EventSourceMappingOptions,
} from '../esm/index.ts';
import type { EmbeddedAws } from './aws/embedded.ts';
import type { StackEventSourceMapping } from './stack/event-source-mappings.ts';

/** Starts the mapping of a function. */
export type StartMapping = (
  functionKey: string,
  options: EventSourceMappingOptions,
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

/** The event source mappings of a stack at work. */
export interface RunningMappings {
  readonly handles: readonly EventSourceMappingHandle[];
  /** Waits until nothing moves any more: all streams are read to their tips, and what they caused is done too. */
  quiet(): Promise<void>;
  /** Waits for the invocations under way. */
  stop(): Promise<void>;
}

/** Starts the event source mappings of a stack, each with the functions and the embedded AWS that there are. */
export function startMappings({
  mappings,
  aws,
  invoke,
  onEvent,
  startMapping = asDeclared,
}: MappingsOptions): RunningMappings {
  const { kinesis, dynamodbStreams, sqs, sns } = aws.clients;
  const handles = mappings.map(({ properties, function: { key } }) =>
    startMapping(key, {
      mapping: properties,
      invoke: (event, { requestId }) => invoke(key, event, requestId),
      kinesis,
      dynamodbStreams,
      destinations: { sqs, sns },
      onEvent: (event) => {
        onEvent(key, event);
      },
    }),
  );
  return {
    handles,
    quiet: () => untilQuiet(handles),
    stop: async () => {
      await Promise.all(handles.map((handle) => handle.stop()));
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
