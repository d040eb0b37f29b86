import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Acknowledgement } from '../dispatch/acknowledgement.ts';
import type { AcknowledgementStore } from '../dispatch/port.ts';
import {
  acknowledgementItem,
  acknowledgementItemKey,
  readAcknowledgementItem,
} from './acknowledgement-item.ts';
import type { Dynamo, DynamoOptions } from './dynamo.ts';
import { getItem } from './get-item.ts';
import { Retry } from './retry.ts';

/** Acknowledgements in the alerts table. */
export class DynamoAcknowledgementStore implements AcknowledgementStore {
  readonly #client: Dynamo;
  readonly #table: string;
  readonly #retry: Retry;

  constructor({ client, table, retry = new Retry() }: DynamoOptions) {
    this.#client = client;
    this.#table = table;
    this.#retry = retry;
  }

  async read(alert: string, key: string): Promise<Acknowledgement | undefined> {
    const item = await getItem(this.#client, this.#retry, this.#table, acknowledgementItemKey(alert, key));
    return item && readAcknowledgementItem(item);
  }

  async put(acknowledgement: Acknowledgement): Promise<void> {
    const put = new PutItemCommand({ TableName: this.#table, Item: acknowledgementItem(acknowledgement) });
    await this.#retry.run(() => this.#client.send(put));
  }
}
