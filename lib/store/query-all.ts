import { QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { Dynamo } from './dynamo.ts';
import type { Item } from './pane-item.ts';
import type { Retry } from './retry.ts';

/** All items of a query, page by page. */
export async function* queryAll(
  client: Dynamo,
  retry: Retry,
  input: QueryCommandInput,
): AsyncGenerator<Item> {
  let start: Item | undefined;
  do {
    const query = new QueryCommand({ ...input, ...(start && { ExclusiveStartKey: start }) });
    const page = await retry.run(() => client.send(query));
    yield* page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}
