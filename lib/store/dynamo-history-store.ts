import type { HistoryEntry, HistoryStore } from '../dispatch/port.ts';
import { isoTime } from '../time/event-time.ts';
import { concurrentlyOrThrow } from './concurrently.ts';
import type { Dynamo } from './dynamo.ts';
import type { DynamoPaneStoreOptions } from './dynamo-pane-store.ts';
import { historyItem, historyPartitions, readHistoryItem } from './history-item.ts';
import { textOf, type Item } from './pane-item.ts';
import { putNew } from './put-if.ts';
import { queryAll } from './query-all.ts';
import { Retry } from './retry.ts';

const WRITTEN_AT_ONCE = 8;
// Years of four digits: further ones would not be in order.
const LATEST = Date.UTC(9999, 11, 31);

/** History in the alerts table, by alert and time. */
export class DynamoHistoryStore implements HistoryStore {
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

  async add(entries: readonly HistoryEntry[]): Promise<void> {
    const now = this.#now();
    await concurrentlyOrThrow(entries, WRITTEN_AT_ONCE, async (entry) => {
      await putNew(this.#client, this.#retry, this.#table, historyItem(entry, now));
    });
  }

  async *list(
    alert: string,
    { key, from, to }: { readonly key?: string; readonly from: number; readonly to: number },
  ): AsyncGenerator<HistoryEntry> {
    const [first, end] = [Math.max(0, from), Math.min(to, LATEST)];
    if (first >= end) return;
    const buckets = historyPartitions(alert).map((pk) => this.#listIn(pk, first, end));
    for await (const item of latestFirst(buckets)) {
      const entry = readHistoryItem(item);
      if (key === undefined || isOf(entry, key)) yield entry;
    }
  }

  #listIn(pk: string, from: number, to: number): AsyncGenerator<Item> {
    return queryAll(this.#client, this.#retry, {
      TableName: this.#table,
      // A time sorts before every `<time>|…`: the last moment is left out.
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':pk': { S: pk },
        ':from': { S: isoTime(from) },
        ':to': { S: isoTime(to) },
      },
      ScanIndexForward: false,
    });
  }
}

/** Whether an entry tells of a key. */
function isOf(entry: HistoryEntry, key: string): boolean {
  switch (entry.type) {
    case 'transition':
      return entry.state.key === key;
    case 'notice':
      return entry.notice.members.some(({ state }) => state.key === key);
    case 'acknowledged':
      return entry.by.key === key;
  }
}

/** Merges queries that are each in falling order of the sort key. */
async function* latestFirst(queries: readonly AsyncGenerator<Item>[]): AsyncGenerator<Item> {
  const heads = await Promise.all(queries.map(async (query) => ({ query, head: await query.next() })));
  for (;;) {
    let latest: (typeof heads)[number] | undefined;
    let sk = '';
    for (const one of heads) {
      if (one.head.done === true) continue;
      const its = textOf(one.head.value, 'sk');
      if (latest === undefined || its > sk) [latest, sk] = [one, its];
    }
    if (latest === undefined || latest.head.done === true) return;
    yield latest.head.value;
    latest.head = await latest.query.next();
  }
}
