import { existsSync, readFileSync } from 'node:fs';
import type { EventSourceMappingSettings } from '../../../lib/esm/index.ts';

/** What AWS did in one case: the mapping's settings, what the function did, and under further names what came out. */
export interface Recording {
  readonly name: string;
  readonly settings: Omit<EventSourceMappingSettings, 'EventSourceArn' | 'FunctionName'>;
  /** `throw`, or `return` and the answer as JSON; success with null unless given. */
  readonly handler?: string;
  readonly [output: string]: unknown;
}

/** A member of an event's Records, with placeholders. */
export interface EventRecord {
  readonly eventName: string;
  readonly kinesis?: {
    readonly partitionKey: string;
    readonly sequenceNumber: string;
    readonly data: string;
  };
  readonly dynamodb?: {
    readonly Keys: Image;
    readonly NewImage?: Image;
    readonly OldImage?: Image;
    readonly SequenceNumber: string;
  };
}

type Image = Readonly<Record<string, { readonly S: string }>>;

export interface BatchEvent {
  readonly Records: readonly EventRecord[];
}

const FILE = new URL('../../../../shared/data/esm/kinesis.json', import.meta.url);

/** The recordings of Kinesis mappings; undefined where there are none. */
export function readRecordings(): readonly Recording[] | undefined {
  if (!existsSync(FILE)) return undefined;
  return JSON.parse(readFileSync(FILE, 'utf8')) as readonly Recording[];
}

/** The invocations of a recording, in order. */
export function batchesOf(recording: Recording): readonly BatchEvent[] {
  const { kinesis_records, invocation_events, events } = recording;
  const listed = (recording.kinesis_events ?? invocation_events ?? events ?? []) as readonly (
    BatchEvent | { readonly event: BatchEvent }
  )[];
  if (kinesis_records) return [kinesis_records as BatchEvent];
  return listed.map((item) => ('event' in item ? item.event : item));
}
