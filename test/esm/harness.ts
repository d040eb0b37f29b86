import { onTestFinished } from 'vitest';
import type {
  EngineEvent,
  EventSourceMappingHandle,
  EventSourceMappingOptions,
  EventSourceMappingSettings,
  FailureMessage,
  InvokeInfo,
  StreamEvent,
} from '../../lib/esm/index.ts';
import { startEventSourceMapping } from '../../lib/esm/index.ts';
import { FakeStream } from './fake-stream.ts';
import { VirtualClock } from './virtual-clock.ts';

export const MAPPING: EventSourceMappingSettings = {
  EventSourceArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/events',
  FunctionName: 'fold',
  StartingPosition: 'TRIM_HORIZON',
};

/** Called with the sequence numbers of a batch; what it does is what the function does. */
export type Handler = (sequenceNumbers: readonly string[], info: InvokeInfo, event: StreamEvent) => unknown;

/** The engine over a stream in memory, with a clock that costs no time. */
export class Harness {
  readonly clock = new VirtualClock();
  readonly stream = new FakeStream(this.clock);
  readonly events: EngineEvent[] = [];
  /** The batches that the function was given, and when. */
  readonly batches: (readonly string[])[] = [];
  readonly times: number[] = [];

  start(
    settings: Partial<EventSourceMappingSettings>,
    handler: Handler,
    options: Pick<EventSourceMappingOptions, 'checkpoints' | 'random' | 'windowWaitMs'> = {},
  ): EventSourceMappingHandle {
    const mapping = startEventSourceMapping({
      random: () => 0,
      ...options,
      mapping: { ...MAPPING, ...settings },
      source: this.stream,
      clock: this.clock,
      onEvent: (event) => this.events.push(event),
      invoke: async (event, info) => {
        const batch = event.Records.map((record) => (record as { sequenceNumber: string }).sequenceNumber);
        this.batches.push(batch);
        this.times.push(this.clock.now());
        return await handler(batch, info, event);
      },
    });
    onTestFinished(() => mapping.stop());
    return mapping;
  }

  /** The on-failure messages of all that was given up. */
  get messages(): readonly FailureMessage[] {
    return this.events.flatMap((event) => (event.type === 'discarded' ? [event.message] : []));
  }

  ofType<Type extends EngineEvent['type']>(type: Type): readonly Extract<EngineEvent, { type: Type }>[] {
    return this.events.filter((event): event is Extract<EngineEvent, { type: Type }> => event.type === type);
  }
}
