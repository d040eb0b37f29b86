import { randomUUID } from 'node:crypto';
import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import type { Timer, TimerStore } from '../alerts/port.ts';
import { isoTime } from '../time/event-time.ts';
import { chunks, concurrentlyOrThrow } from './concurrently.ts';
import type { Dynamo, DynamoOptions } from './dynamo.ts';
import { bucketOf, type ItemKey } from './keys.ts';
import { numberOf, textOf, type Item } from './pane-item.ts';
import { queryAll } from './query-all.ts';
import { Retry, UnprocessedError } from './retry.ts';

// Spread for write throughput; every reader asks all of them.
const BUCKETS = 4;
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
const MOST_WRITES = 25;
const REMOVED_AT_ONCE = 8;

/** What the store needs of the outside world. */
export interface DynamoTimerStoreOptions extends DynamoOptions {
  /** Makes a text that was never made before; a random UUID, unless given. */
  readonly newToken?: () => string;
}

/** Timers in a table of their own, sorted by when they are due. */
export class DynamoTimerStore implements TimerStore {
  readonly #client: Dynamo;
  readonly #table: string;
  readonly #retry: Retry;
  readonly #newToken: () => string;

  constructor({ client, table, retry = new Retry(), newToken = randomUUID }: DynamoTimerStoreOptions) {
    this.#newToken = newToken;
    this.#client = client;
    this.#table = table;
    this.#retry = retry;
  }

  async add(timers: readonly Timer[]): Promise<void> {
    const token = this.#newToken();
    const requests = timers.map((timer) => ({ PutRequest: { Item: timerItem(timer, token) } }));
    for (const chunk of chunks(requests, MOST_WRITES)) await this.#write(chunk);
  }

  async due(time: number): Promise<Timer[]> {
    if (time === -Infinity) return [];
    const buckets = Array.from({ length: BUCKETS }, (_, bucket) => this.#dueIn(bucket, time));
    return (await Promise.all(buckets)).flat().sort((a, b) => a.due - b.due);
  }

  async remove(timers: readonly Timer[]): Promise<void> {
    await concurrentlyOrThrow(timers, REMOVED_AT_ONCE, (timer) => this.#remove(timer));
  }

  async #remove(timer: Timer): Promise<void> {
    const { pk, sk } = timerKey(timer);
    const remove = new DeleteItemCommand({
      TableName: this.#table,
      Key: { pk: { S: pk }, sk: { S: sk } },
      ...(timer.token === undefined
        ? {}
        : { ConditionExpression: 'tok = :t', ExpressionAttributeValues: { ':t': { S: timer.token } } }),
    });
    try {
      await this.#retry.run(() => this.#client.send(remove));
    } catch (error) {
      // Somebody set it anew for data that this judgement has not seen, or removed it.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  async #dueIn(bucket: number, time: number): Promise<Timer[]> {
    // The first text after every `<time>|…`.
    const after = `${isoTime(time)}}`;
    const items = queryAll(this.#client, this.#retry, {
      TableName: this.#table,
      KeyConditionExpression: 'pk = :pk AND sk < :after',
      ExpressionAttributeValues: { ':pk': { S: partition(bucket) }, ':after': { S: after } },
      ConsistentRead: true,
    });
    const timers: Timer[] = [];
    for await (const item of items) {
      const token = item.tok?.S;
      timers.push({
        job: textOf(item, 'job'),
        key: textOf(item, 'key'),
        due: numberOf(item, 'due'),
        ...(token === undefined ? {} : { token }),
      });
    }
    return timers;
  }

  async #write(requests: WriteRequest[]): Promise<void> {
    let wanted = requests;
    while (wanted.length > 0) {
      const now = wanted;
      wanted = await this.#retry.run(() => this.#writeOnce(now));
    }
  }

  /** Writes what DynamoDB takes at once; returns what it left out. */
  async #writeOnce(wanted: WriteRequest[]): Promise<WriteRequest[]> {
    const answer = await this.#client.send(
      new BatchWriteItemCommand({ RequestItems: { [this.#table]: wanted } }),
    );
    const left = answer.UnprocessedItems?.[this.#table] ?? [];
    if (left.length === wanted.length)
      throw new UnprocessedError(
        `${wanted.length} timers of ${this.#table} were left unwritten; the table is throttled`,
      );
    return left;
  }
}

function timerItem(timer: Timer, token: string): Item {
  const { pk, sk } = timerKey(timer);
  return {
    pk: { S: pk },
    sk: { S: sk },
    job: { S: timer.job },
    key: { S: timer.key },
    due: { N: String(timer.due) },
    tok: { S: token },
  };
}

function timerKey({ job, key, due }: Timer): ItemKey {
  return { pk: partition(bucketOf(key, BUCKETS)), sk: `${isoTime(due)}|${job}|${key}` };
}

function partition(bucket: number): string {
  return `timers|${bucket}`;
}
