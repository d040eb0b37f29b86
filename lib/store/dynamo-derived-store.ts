import { ConditionalCheckFailedException, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { DerivedStore, Outcome, StoredOutcome, WindowRef } from '../derive/port.ts';
import type { DerivedAggregate } from '../derive/window-fold.ts';
import { isoTime } from '../time/event-time.ts';
import type { Dynamo } from './dynamo.ts';
import { getItem } from './get-item.ts';
import type { DynamoPaneStoreOptions } from './dynamo-pane-store.ts';
import { isTooLarge } from './item-size.ts';
import { outcomeItem, outcomeItemKey, readOutcomeItem } from './outcome-item.ts';
import { paneItem, textOf, type Item } from './pane-item.ts';
import type { PaneRef, StoredPane } from './port.ts';
import { queryAll } from './query-all.ts';
import { Retry } from './retry.ts';

/** Outcomes of windows, and their contributions, in the aggregates table. */
export class DynamoDerivedStore implements DerivedStore {
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

  async readOutcome(window: WindowRef): Promise<StoredOutcome | undefined> {
    const item = await getItem(this.#client, this.#retry, this.#table, outcomeItemKey(window));
    return item && readOutcomeItem(item);
  }

  async outcomeStarts(derived: DerivedAggregate, key: string, from: number, to: number): Promise<number[]> {
    const items = queryAll(this.#client, this.#retry, {
      TableName: this.#table,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':pk': { S: outcomeItemKey({ derived, key, start: from }).pk },
        ':from': { S: isoTime(from) },
        ':to': { S: isoTime(to) },
      },
      ConsistentRead: true,
    });
    const starts: number[] = [];
    for await (const item of items) starts.push(Date.parse(textOf(item, 'sk')));
    return starts;
  }

  writeOutcome(window: WindowRef, outcome: Outcome, version: number | undefined): Promise<boolean> {
    const item = outcomeItem(window, outcome, (version ?? 0) + 1, this.#now());
    return version === undefined
      ? this.#putIf(item, 'attribute_not_exists(pk)')
      : this.#putIf(item, 'v = :v', version);
  }

  async putContribution(ref: PaneRef, contribution: StoredPane): Promise<void> {
    const item = paneItem(ref, contribution, this.#now());
    await this.#putIf(item, 'attribute_not_exists(pk) OR v < :v', contribution.version);
  }

  isTooLarge(ref: PaneRef, contribution: StoredPane): boolean {
    return isTooLarge(paneItem(ref, contribution, this.#now()));
  }

  /** @returns whether the condition held */
  async #putIf(item: Item, condition: string, version?: number): Promise<boolean> {
    const put = new PutItemCommand({
      TableName: this.#table,
      Item: item,
      ConditionExpression: condition,
      ...(version === undefined ? {} : { ExpressionAttributeValues: { ':v': { N: String(version) } } }),
    });
    try {
      await this.#retry.run(() => this.#client.send(put));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}
