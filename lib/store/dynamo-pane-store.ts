import { ConditionalCheckFailedException, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { LaneProgress } from '../fold/lane.ts';
import { batchGet } from './batch-get.ts';
import type { Dynamo, DynamoOptions } from './dynamo.ts';
import { getItem } from './get-item.ts';
import { isTooLarge } from './item-size.ts';
import { laneItemKey, paneItemKey } from './keys.ts';
import { laneItem, readLaneItem } from './lane-item.ts';
import { paneItem, readPaneItem, type Item } from './pane-item.ts';
import type { PaneRef, PaneStore, PutOutcome, StoredLane, StoredPane } from './port.ts';
import { Retry } from './retry.ts';

/** What the store needs of the outside world. */
export interface DynamoPaneStoreOptions extends DynamoOptions {
  /** Wall clock in ms. */
  readonly now: () => number;
}

/** Panes and lanes in the aggregates table. */
export class DynamoPaneStore implements PaneStore {
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

  async readLane(lane: string): Promise<StoredLane | undefined> {
    const item = await getItem(this.#client, this.#retry, this.#table, laneItemKey(lane));
    return item && readLaneItem(item);
  }

  async writeLane(
    lane: string,
    progress: LaneProgress,
    version: number | undefined,
    at = this.#now(),
  ): Promise<boolean> {
    const outcome = await this.#putIf(laneItem(lane, progress, (version ?? 0) + 1, at), version);
    return outcome === 'written';
  }

  async readPanes(refs: readonly PaneRef[]): Promise<(StoredPane | undefined)[]> {
    const keys = refs.map((ref) => paneItemKey(ref.aggregate, ref.key, ref.start, ref.lane));
    const items = await batchGet(this.#client, this.#retry, this.#table, keys);
    return items.map((item, i) => {
      const ref = refs[i];
      return item && ref && readPaneItem(ref.aggregate, item);
    });
  }

  async putPane(
    ref: PaneRef,
    pane: Omit<StoredPane, 'version'>,
    version: number | undefined,
  ): Promise<PutOutcome> {
    const item = paneItem(ref, { ...pane, version: (version ?? 0) + 1 }, this.#now());
    if (isTooLarge(item)) return { written: false, tooLarge: true };
    const outcome = await this.#putIf(item, version);
    if (outcome === 'written') return { written: true };
    return { written: false, found: outcome && readPaneItem(ref.aggregate, outcome) };
  }

  /** Puts the item on condition of its version; gives the item that stands there if the condition failed. */
  async #putIf(item: Item, version: number | undefined): Promise<'written' | Item | undefined> {
    const put = new PutItemCommand({
      TableName: this.#table,
      Item: item,
      ...(version === undefined
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : { ConditionExpression: 'v = :v', ExpressionAttributeValues: { ':v': { N: String(version) } } }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    try {
      await this.#retry.run(() => this.#client.send(put));
      return 'written';
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return error.Item;
      throw error;
    }
  }
}
