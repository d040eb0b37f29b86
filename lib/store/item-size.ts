import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from './pane-item.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-items */
export const MOST_ITEM_BYTES = 400 * 1024;

/**
 * Bytes of an item as DynamoDB counts them, or a few more: names and texts in UTF-8, binary values as they are, 3 bytes for
 * a map and 1 for each of its members, and a number as what its digits may take, up to 21 bytes. weir writes no other types.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemBytes(item: Readonly<Record<string, AttributeValue>>): number {
  let bytes = 0;
  for (const name in item) {
    const value = item[name];
    if (value !== undefined) bytes += Buffer.byteLength(name) + valueBytes(value);
  }
  return bytes;
}

function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.B !== undefined) return value.B.byteLength;
  if (value.N !== undefined) return Math.min(21, Math.ceil(value.N.length / 2) + 2);
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + itemBytes(value.M);
  return 1;
}

// A closing record is written even where nothing else has room.
const ROOM_TO_CLOSE = 1024;

/** Whether a pane's item is larger than DynamoDB takes, with some room kept to close it. */
export function isTooLarge(item: Item): boolean {
  const most = item.closed === undefined ? MOST_ITEM_BYTES - ROOM_TO_CLOSE : MOST_ITEM_BYTES;
  return itemBytes(item) > most;
}
