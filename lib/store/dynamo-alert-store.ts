import type { AlertStore } from '../alerts/port.ts';
import type { AlertRecord, AlertState } from '../alerts/state.ts';
import { alertItem, alertSortKey, readAlertItem } from './alert-item.ts';
import type { Dynamo, DynamoOptions } from './dynamo.ts';
import { getItem } from './get-item.ts';
import { putRevision } from './put-if.ts';
import { queryAll } from './query-all.ts';
import { Retry } from './retry.ts';

/** Alerts in the alerts table, whose stream tells of their transitions. */
export class DynamoAlertStore implements AlertStore {
  readonly #client: Dynamo;
  readonly #table: string;
  readonly #retry: Retry;

  constructor({ client, table, retry = new Retry() }: DynamoOptions) {
    this.#client = client;
    this.#table = table;
    this.#retry = retry;
  }

  async read(alert: string, key: string): Promise<AlertRecord | undefined> {
    const itemKey = { pk: alert, sk: alertSortKey(key) };
    const item = await getItem(this.#client, this.#retry, this.#table, itemKey);
    return item && readAlertItem(item);
  }

  write(record: AlertRecord, transitions: readonly AlertState[]): Promise<boolean> {
    const item = alertItem(record, transitions);
    return putRevision(this.#client, this.#retry, this.#table, item, record.revision);
  }

  /** What is kept of an alert, in order of the key; from the key after `after`, if given. */
  async *list(alert: string, after?: string): AsyncGenerator<AlertRecord> {
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
