import type { StreamRecord } from '../sources/source.ts';
import type { JsonNode, JsonObject } from './json.ts';
import { parseJson } from './json.ts';

export type Source = 'kinesis' | 'dynamodb';

/** The field of a pattern that has to do with what a record carries. */
export const DATA_FIELD: Readonly<Record<Source, string>> = { kinesis: 'data', dynamodb: 'dynamodb' };

/** A record as patterns see it. */
export interface RecordDocument {
  readonly root: JsonObject;
  /** Whether a pattern can look into what the record carries. */
  readonly dataIsJson: boolean;
}

const NOTHING: JsonObject = { kind: 'object', members: [] };

/** Makes the document that a record's filters are about. */
export function recordDocument({ event }: StreamRecord, source: Source): RecordDocument {
  if (source === 'dynamodb') return { root: asObject(parseJson(JSON.stringify(event))), dataIsJson: true };
  const { data, ...metadata } = kinesisOf(event);
  const root = asObject(parseJson(JSON.stringify(metadata)));
  const content = typeof data === 'string' ? parseJson(decode(data)) : undefined;
  if (content === undefined) return { root, dataIsJson: false };
  return { root: { kind: 'object', members: [...root.members, ['data', content]] }, dataIsJson: true };
}

function kinesisOf(event: object): Readonly<Record<string, unknown>> {
  const kinesis: unknown = 'kinesis' in event ? event.kinesis : undefined;
  return typeof kinesis === 'object' && kinesis !== null ? { ...kinesis } : {};
}

/** Bytes that are no UTF-8 become U+FFFD: in a JSON string they make a text that no pattern is meant to find. */
function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

function asObject(node: JsonNode | undefined): JsonObject {
  return node?.kind === 'object' ? node : NOTHING;
}
