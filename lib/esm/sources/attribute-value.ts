import type { AttributeValue } from '@aws-sdk/client-dynamodb-streams';

/** An attribute value in DynamoDB's low-level JSON, binary as base64. */
export type JsonAttributeValue = Readonly<Record<string, unknown>>;

/** An item, or the keys of one. */
export type JsonImage = Readonly<Record<string, JsonAttributeValue>>;

/**
 * The low-level JSON of an item, as Lambda puts it in an event.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
 */
export function jsonImage(image: Readonly<Record<string, AttributeValue>>): JsonImage {
  return Object.fromEntries(Object.entries(image).map(([name, value]) => [name, jsonValue(value)]));
}

function jsonValue(value: AttributeValue): JsonAttributeValue {
  if (value.B) return { B: base64(value.B) };
  if (value.BS) return { BS: value.BS.map(base64) };
  if (value.L) return { L: value.L.map(jsonValue) };
  if (value.M) return { M: jsonImage(value.M) };
  return { ...value };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
