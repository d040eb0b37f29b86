import {
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { LaneProgress } from '../fold/lane.ts';
import { batchGet } from './batch-get.ts';
import { laneItemKey, paneItemKey } from './keys.ts';
import { laneItem, readLaneItem } from './lane-item.ts';
import { paneItem, readPaneItem, type Item } from './pane-item.ts';
import type { PaneRef, PaneStore, PutOutcome, StoredLane, StoredPane } from './port.ts';

/** What the store needs of the outside world. */
export interface DynamoPaneStoreOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  /** Wall clock in ms. */
  readonly now: () => number;
}

/** Panes and lanes in the aggregates table. */
export class DynamoPaneStore implements PaneStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #now: () => number;

  constructor({ client, table, now }: DynamoPaneStoreOptions) {
    this.#client = client;
    this.#table = table;
    this.#now = now;
  }

  async readLane(lane: string): Promise<StoredLane | undefined> {
    const { pk, sk } = laneItemKey(lane);
    const { Item: item } = await this.#client.send(
      new GetItemCommand({
        TableName: this.#table,
        Key: { pk: { S: pk }, sk: { S: sk } },
        ConsistentRead: true,
      }),
    );
    return item && readLaneItem(item);
  }

  async writeLane(lane: string, progress: LaneProgress, version: number | undefined): Promise<boolean> {
    const outcome = await this.#putIf(laneItem(lane, progress, (version ?? 0) + 1, this.#now()), version);
    return outcome === 'written';
  }

  async readPanes(refs: readonly PaneRef[]): Promise<(StoredPane | undefined)[]> {
    const keys = refs.map((ref) => paneItemKey(ref.aggregate, ref.key, ref.start, ref.lane));
    const items = await batchGet(this.#client, this.#table, keys);
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
    const outcome = await this.#putIf(item, version);
    if (outcome === 'written') return { written: true };
    return { written: false, found: outcome && readPaneItem(ref.aggregate, outcome) };
  }

  /** Puts the item on condition of its version; gives the item that stands there if the condition failed. */
  async #putIf(item: Item, version: number | undefined): Promise<'written' | Item | undefined> {
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: item,
          ...(version === undefined
            ? { ConditionExpression: 'attribute_not_exists(pk)' }
            : { ConditionExpression: 'v = :v', ExpressionAttributeValues: { ':v': { N: String(version) } } }),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return 'written';
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return error.Item;
      throw error;
    }
  }
}
