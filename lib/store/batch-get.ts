import { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import { chunks, concurrentlyOrThrow } from './concurrently.ts';
import type { Dynamo } from './dynamo.ts';
import type { ItemKey } from './keys.ts';
import type { Item } from './pane-item.ts';
import { UnprocessedError, type Retry } from './retry.ts';

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
const MOST_KEYS = 100;
const AT_ONCE = 8;

/**
 * Reads items consistently, in the order of the keys; `undefined` where there is none.
 *
 * @throws {UnprocessedError} if throttling leaves keys unread after several attempts with back-off
 */
export async function batchGet(
  client: Dynamo,
  retry: Retry,
  table: string,
  keys: readonly ItemKey[],
): Promise<(Item | undefined)[]> {
  const found = new Map<string, Item>();
  await concurrentlyOrThrow(chunks(keys, MOST_KEYS), AT_ONCE, (chunk) =>
    readChunk(client, retry, table, chunk, found),
  );
  return keys.map((key) => found.get(nameOf(key)));
}

async function readChunk(
  client: Dynamo,
  retry: Retry,
  table: string,
  chunk: readonly ItemKey[],
  found: Map<string, Item>,
): Promise<void> {
  let wanted: Item[] = chunk.map(({ pk, sk }) => ({ pk: { S: pk }, sk: { S: sk } }));
  // An answer that leaves some keys out has made progress; only one that brings none is a failure to wait after.
  while (wanted.length > 0) {
    const now = wanted;
    wanted = await retry.run(() => readOnce(client, table, now, found));
  }
}

/** Reads what DynamoDB gives at once; returns the keys that it left out. */
async function readOnce(
  client: Dynamo,
  table: string,
  wanted: Item[],
  found: Map<string, Item>,
): Promise<Item[]> {
  const answer = await client.send(
    new BatchGetItemCommand({ RequestItems: { [table]: { Keys: wanted, ConsistentRead: true } } }),
  );
  for (const item of answer.Responses?.[table] ?? []) {
    found.set(nameOf({ pk: item.pk?.S ?? '', sk: item.sk?.S ?? '' }), item);
  }
  const left = answer.UnprocessedKeys?.[table]?.Keys ?? [];
  if (left.length === wanted.length)
    throw new UnprocessedError(`${wanted.length} keys of ${table} were left unread; the table is throttled`);
  return left;
}

// A sort key never holds a line break: it is a time, and names of streams and shards.
function nameOf({ pk, sk }: ItemKey): string {
  return `${sk}\n${pk}`;
}
