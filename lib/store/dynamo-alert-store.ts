import { ConditionalCheckFailedException, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { AlertStore } from '../alerts/port.ts';
import type { AlertState } from '../alerts/state.ts';
import { alertItem, alertSortKey, readAlertItem } from './alert-item.ts';
import type { Dynamo, DynamoOptions } from './dynamo.ts';
import { getItem } from './get-item.ts';
import { queryAll } from './query-all.ts';
import { Retry } from './retry.ts';

/** Latest transitions in the alerts table, whose stream publishes them. */
export class DynamoAlertStore implements AlertStore {
  readonly #client: Dynamo;
  readonly #table: string;
  readonly #retry: Retry;

  constructor({ client, table, retry = new Retry() }: DynamoOptions) {
    this.#client = client;
    this.#table = table;
    this.#retry = retry;
  }

  async read(alert: string, key: string): Promise<AlertState | undefined> {
    const itemKey = { pk: alert, sk: alertSortKey(key) };
    const item = await getItem(this.#client, this.#retry, this.#table, itemKey);
    return item && readAlertItem(item);
  }

  async write(state: AlertState): Promise<boolean> {
    const put = new PutItemCommand({
      TableName: this.#table,
      Item: alertItem(state),
      ...(state.version === 1
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : {
            ConditionExpression: 'v = :v',
            ExpressionAttributeValues: { ':v': { N: String(state.version - 1) } },
          }),
    });
    try {
      await this.#retry.run(() => this.#client.send(put));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  /** Latest transitions of an alert in order of the key; from the key after `after`, if given. */
  async *list(alert: string, after?: string): AsyncGenerator<AlertState> {
    const items = queryAll(this.#client, this.#retry, {
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
