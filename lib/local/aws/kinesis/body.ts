import { cbor, tag } from '@smithy/core/cbor';
import { serializationError } from './errors.ts';
import type { Input } from './input.ts';
import { isInput } from './input.ts';

/** The two forms in which Kinesis's bodies come: JavaScript, Python and Go send JSON, Java sends CBOR. */
export const JSON_TYPE = 'application/x-amz-json-1.1';
export const CBOR_TYPE = 'application/x-amz-cbor-1.1';
export type BodyType = typeof JSON_TYPE | typeof CBOR_TYPE;

/** CBOR's tag of a time. AWS counts milliseconds since 1970 there, and seconds in JSON. */
const TIME_TAG = 1;

/**
 * The parameters of a request, in JSON's terms: binary as base64, times in seconds.
 * @throws {ApiError} SerializationException when the body is malformed, or no object
 */
export function decodeBody(type: BodyType, body: Buffer): Input {
  let input: unknown;
  try {
    input = type === JSON_TYPE ? JSON.parse(body.toString()) : fromCbor(cbor.deserialize(body));
  } catch (cause) {
    throw serializationError(
      `The body is not ${type}: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
  if (isInput(input)) return input;
  throw serializationError(`The body is ${JSON.stringify(input)}: it must be an object`);
}

/** An answer as bytes. */
export function encodeBody(type: BodyType, output: object): Uint8Array {
  return type === JSON_TYPE ? Buffer.from(JSON.stringify(output)) : cbor.serialize(toCbor(output, ''));
}

function fromCbor(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(fromCbor);
  if (!isInput(value)) return value;
  if ('tag' in value && 'value' in value && Number(value.tag) === TIME_TAG)
    return Number(value.value) / 1_000;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, fromCbor(member)]));
}

/** JSON has no types for binary and times: the members' names tell. */
function toCbor(value: unknown, name: string): unknown {
  if (name === 'Data' && typeof value === 'string') return Buffer.from(value, 'base64');
  if (name.endsWith('Timestamp') && typeof value === 'number') {
    return tag({ tag: TIME_TAG, value: Math.round(value * 1_000) });
  }
  if (Array.isArray(value)) return value.map((member) => toCbor(member, ''));
  if (!isInput(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, toCbor(member, key)]));
}
