import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Dynamo } from './dynamo.ts';
import type { ItemKey } from './keys.ts';
import type { Item } from './pane-item.ts';
import type { Retry } from './retry.ts';

/** An item as it is now, by a consistent read; `undefined` if there is none. */
export async function getItem(
  client: Dynamo,
  retry: Retry,
  table: string,
  { pk, sk }: ItemKey,
): Promise<Item | undefined> {
  const read = new GetItemCommand({
    TableName: table,
    Key: { pk: { S: pk }, sk: { S: sk } },
    ConsistentRead: true,
  });
  const { Item: item } = await retry.run(() => client.send(read));
  return item;
}
