import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { SilenceStore } from '../dispatch/port.ts';
import type { Silence } from '../dispatch/silence.ts';
import type { Dynamo } from './dynamo.ts';
import type { DynamoPaneStoreOptions } from './dynamo-pane-store.ts';
import { getItem } from './get-item.ts';
import { queryAll } from './query-all.ts';
import { Retry } from './retry.ts';
import { readSilenceItem, silenceItem, silenceItemKey, SILENCES } from './silence-item.ts';

/** Silences in the alerts table. */
export class DynamoSilenceStore implements SilenceStore {
  readonly #client: Dynamo;
  readonly #table: string;
  readonly #now: () => number;
  readonly #retry: Retry;

  constructor({ client, table, now, retry = new Retry() }: DynamoPaneStoreOptions) {
    this.#client = client;
    this.#table = table;
    this.#now = now;
    this.#retry = retry;
  }

  async list(time: number): Promise<Silence[]> {
    const items = queryAll(this.#client, this.#retry, {
      TableName: this.#table,
      KeyConditionExpression: 'pk = :pk',
      FilterExpression: 'ends > :time',
      ExpressionAttributeValues: { ':pk': { S: SILENCES }, ':time': { N: String(Math.max(0, time)) } },
      ConsistentRead: true,
    });
    const silences: Silence[] = [];
    for await (const item of items) silences.push(readSilenceItem(item));
    return silences.sort((a, b) => a.start - b.start);
  }

  async read(id: string): Promise<Silence | undefined> {
    const item = await getItem(this.#client, this.#retry, this.#table, silenceItemKey(id));
    return item && readSilenceItem(item);
  }

  async put(silence: Silence): Promise<void> {
    const put = new PutItemCommand({ TableName: this.#table, Item: silenceItem(silence, this.#now()) });
    await this.#retry.run(() => this.#client.send(put));
  }
}
