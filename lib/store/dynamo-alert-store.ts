import {
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { AlertStore } from '../alerts/port.ts';
import type { AlertState } from '../alerts/state.ts';
import { alertItem, alertSortKey, readAlertItem } from './alert-item.ts';
import { queryAll } from './query-all.ts';

/** Latest transitions in the alerts table, whose stream publishes them. */
export class DynamoAlertStore implements AlertStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor({ client, table }: { readonly client: DynamoDBClient; readonly table: string }) {
    this.#client = client;
    this.#table = table;
  }

  async read(alert: string, key: string): Promise<AlertState | undefined> {
    const { Item: item } = await this.#client.send(
      new GetItemCommand({
        TableName: this.#table,
        Key: { pk: { S: alert }, sk: { S: alertSortKey(key) } },
        ConsistentRead: true,
      }),
    );
    return item && readAlertItem(item);
  }

  async write(state: AlertState): Promise<boolean> {
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: alertItem(state),
          ...(state.version === 1
            ? { ConditionExpression: 'attribute_not_exists(pk)' }
            : {
                ConditionExpression: 'v = :v',
                ExpressionAttributeValues: { ':v': { N: String(state.version - 1) } },
              }),
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  /** Latest transitions of an alert in order of the key; from the key after `after`, if given. */
  async *list(alert: string, after?: string): AsyncGenerator<AlertState> {
    const items = queryAll(this.#client, {
      TableName: this.#table,
      KeyConditionExpression: after === undefined ? 'pk = :pk' : 'pk = :pk AND sk > :after',
      ExpressionAttributeValues: {
        ':pk': { S: alert },
        ...(after === undefined ? {} : { ':after': { S: alertSortKey(after) } }),
      },
    });
    for await (const item of items) yield readAlertItem(item);
  }
}
