import {
  CreateTableCommand,
  DescribeTableCommand,
  ScanCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { startEmbeddedAws } from '../../lib/local/aws/embedded.ts';
import type { Item } from '../../lib/store/pane-item.ts';

/** An embedded DynamoDB with tables of weir's keys. */
export interface Tables {
  readonly client: DynamoDBClient;
  /** Makes an empty table; returns its name. */
  create(): Promise<string>;
  /** All items of a table, in order of their keys. */
  scan(table: string): Promise<Item[]>;
  stop(): Promise<void>;
}

export async function startTables(): Promise<Tables> {
  const aws = await startEmbeddedAws();
  const client = aws.clients.dynamodb;
  let made = 0;
  return {
    client,
    create: async () => {
      const name = `table-${made++}`;
      await client.send(
        new CreateTableCommand({
          TableName: name,
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
          AttributeDefinitions: [
            { AttributeName: 'pk', AttributeType: 'S' },
            { AttributeName: 'sk', AttributeType: 'S' },
          ],
        }),
      );
      // A waiter of the SDK would wait for seconds; the embedded table is there in a moment.
      while (await isCreating(client, name)) continue;
      return name;
    },
    scan: async (table) => {
      const { Items: items = [] } = await client.send(
        new ScanCommand({ TableName: table, ConsistentRead: true }),
      );
      return items.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
    },
    stop: () => aws.stop(),
  };
}

async function isCreating(client: DynamoDBClient, table: string): Promise<boolean> {
  const { Table: described } = await client.send(new DescribeTableCommand({ TableName: table }));
  return described?.TableStatus !== 'ACTIVE';
}

function nameOf(item: Item): string {
  return `${item.pk?.S ?? ''}\n${item.sk?.S ?? ''}`;
}
