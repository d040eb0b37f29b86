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

/** What an output is, by its form, whatever its name. */
export type Output =
  /** All records that the function was given, however they came in batches. */
  | { readonly kind: 'records'; readonly batches: readonly BatchEvent[] }
  /** Each event. */
  | { readonly kind: 'events'; readonly batches: readonly BatchEvent[] }
  /** Each event and when it came. */
  | { readonly kind: 'invocations'; readonly batches: readonly BatchEvent[] }
  /** The records' data as JSON, in one text. */
  | { readonly kind: 'data'; readonly data: readonly unknown[] }
  /** The answer of a queue. */
  | { readonly kind: 'messages' }
  /** What a topic sent. */
  | { readonly kind: 'notification' }
  /** The mapping, as GetEventSourceMapping has it. */
  | { readonly kind: 'mapping'; readonly state: unknown; readonly result: unknown };

/** @throws when an output is of none of these forms */
export function outputOf(name: string, value: unknown): Output {
  if (isBatch(value)) return { kind: 'records', batches: [value] };
  if (Array.isArray(value) && value.length > 0) {
    const items: readonly unknown[] = value;
    if (items.every(isBatch)) return { kind: 'events', batches: items };
    const events = items.map((item) => (isObject(item) ? item.event : undefined));
    if (events.every(isBatch)) return { kind: 'invocations', batches: events };
  }
  if (typeof value === 'string') return { kind: 'data', data: JSON.parse(value) as readonly unknown[] };
  if (isObject(value)) {
    if ('Messages' in value) return { kind: 'messages' };
    if ('TopicArn' in value) return { kind: 'notification' };
    if ('State' in value) return { kind: 'mapping', state: value.State, result: value.LastProcessingResult };
  }
  throw new Error(`the suite does not know what ${name} is: add its form to recording.ts`);
}

/** What came out in a case, by name. */
export function outputsOf(
  recording: Recording,
): readonly (readonly [name: string, recorded: unknown, output: Output])[] {
  return Object.entries(recording)
    .filter(([name]) => !['name', 'recorded', 'settings', 'handler'].includes(name))
    .map(([name, recorded]) => [name, recorded, outputOf(name, recorded)]);
}

/** The invocations of a recording, in order. */
export function batchesOf(recording: Recording): readonly BatchEvent[] {
  const batches = outputsOf(recording).map(([, , output]) => ('batches' in output ? output.batches : []));
  return batches.find((found) => found.length > 0) ?? [];
}

function isBatch(value: unknown): value is BatchEvent {
  return isObject(value) && Array.isArray(value.Records);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
