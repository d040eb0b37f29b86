import { ConditionalCheckFailedException, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Dynamo } from './dynamo.ts';
import type { Item } from './pane-item.ts';
import type { Retry } from './retry.ts';

/** Writes an item if nothing stands in its place; says whether it was written. */
export function putNew(client: Dynamo, retry: Retry, table: string, item: Item): Promise<boolean> {
  return putIf(client, retry, {
    TableName: table,
    Item: item,
    ConditionExpression: 'attribute_not_exists(pk)',
  });
}

/**
 * Writes an item that counts its writes in `rev`, from 1, on condition that the one before it is still the latest; says whether
 * it was written.
 */
export function putRevision(
  client: Dynamo,
  retry: Retry,
  table: string,
  item: Item,
  revision: number,
): Promise<boolean> {
  if (revision === 1) return putNew(client, retry, table, item);
  return putIf(client, retry, {
    TableName: table,
    Item: item,
    ConditionExpression: 'rev = :rev',
    ExpressionAttributeValues: { ':rev': { N: String(revision - 1) } },
  });
}

async function putIf(
  client: Dynamo,
  retry: Retry,
  input: ConstructorParameters<typeof PutItemCommand>[0],
): Promise<boolean> {
  const put = new PutItemCommand(input);
  try {
    await retry.run(() => client.send(put));
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
