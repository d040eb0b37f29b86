import { ConditionalCheckFailedException, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Part, Rollup, RollupStore, StoredRollup, TierPane } from '../rollup/port.ts';
import { isoTime } from '../time/event-time.ts';
import type { Dynamo } from './dynamo.ts';
import { getItem } from './get-item.ts';
import type { DynamoPaneStoreOptions } from './dynamo-pane-store.ts';
import { isTooLarge } from './item-size.ts';
import { panePartition } from './keys.ts';
import { isWithoutRecords, type Item } from './pane-item.ts';
import { queryAll } from './query-all.ts';
import { Retry } from './retry.ts';
import { readPart, readRollupItem, rollupItem, rollupItemKey } from './rollup-item.ts';

/** Tiers in the aggregates table. */
export class DynamoRollupStore implements RollupStore {
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

  async read(pane: TierPane): Promise<StoredRollup | undefined> {
    const item = await getItem(this.#client, this.#retry, this.#table, rollupItemKey(pane));
    return item && readRollupItem(pane.tier.aggregate, item);
  }

  async *parts({ tier, key, start }: TierPane): AsyncGenerator<Part> {
    const { aggregate, finer, pane } = tier;
    const items = queryAll(this.#client, this.#retry, {
      TableName: this.#table,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':pk': { S: panePartition(finer ?? aggregate, key) },
        ':from': { S: isoTime(start) },
        ':to': { S: isoTime(start + pane) },
      },
      ConsistentRead: true,
    });
    for await (const item of items) {
      if (!isWithoutRecords(item)) yield readPart(aggregate, item);
    }
  }

  async put(pane: TierPane, rollup: Rollup, version: number | undefined): ReturnType<RollupStore['put']> {
    const itemOf = (accs: Rollup['accs']): Item =>
      rollupItem(pane, { ...rollup, accs }, (version ?? 0) + 1, this.#now());
    const whole = itemOf(rollup.accs);
    const isWhole = rollup.accs !== undefined && !isTooLarge(whole);
    const put = new PutItemCommand({
      TableName: this.#table,
      Item: isWhole ? whole : itemOf(undefined),
      ...(version === undefined
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : { ConditionExpression: 'v = :v', ExpressionAttributeValues: { ':v': { N: String(version) } } }),
    });
    try {
      await this.#retry.run(() => this.#client.send(put));
      return isWhole ? 'whole' : 'without accumulators';
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return 'nothing';
      throw error;
    }
  }
}
