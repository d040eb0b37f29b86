import { randomUUID } from 'node:crypto';
import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import type { DueOptions, Timer, TimerStore } from '../alerts/port.ts';
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
// Sorts before every sort key.
const BEFORE_ALL = ' ';
const NO_MORE: IteratorResult<Timer, undefined> = { done: true, value: undefined };

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

  async due(time: number, { after, most = Infinity }: DueOptions = {}): Promise<Timer[]> {
    if (time === -Infinity) return [];
    const buckets = Array.from({ length: BUCKETS }, (_, bucket) => this.#dueIn(bucket, time, after, most));
    const heads = await Promise.all(buckets.map((bucket) => bucket.next()));
    const timers: Timer[] = [];
    for (;;) {
      const from = earliest(heads);
      const timer = heads[from]?.value;
      if (timer === undefined) return timers;
      if (timers.length >= most && timer.due > (timers.at(-1)?.due ?? -Infinity)) return timers;
      timers.push(timer);
      heads[from] = (await buckets[from]?.next()) ?? NO_MORE;
    }
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

  async *#dueIn(
    bucket: number,
    time: number,
    after: number | undefined,
    most: number,
  ): AsyncGenerator<Timer, undefined> {
    const items = queryAll(this.#client, this.#retry, {
      TableName: this.#table,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':pk': { S: partition(bucket) },
        ':from': { S: after === undefined || after === -Infinity ? BEFORE_ALL : afterMoment(after) },
        ':to': { S: afterMoment(time) },
      },
      ConsistentRead: true,
      ...(most === Infinity ? {} : { Limit: Math.ceil(most / BUCKETS) }),
    });
    for await (const item of items) {
      const token = item.tok?.S;
      yield {
        job: textOf(item, 'job'),
        key: textOf(item, 'key'),
        due: numberOf(item, 'due'),
        ...(token === undefined ? {} : { token }),
      };
    }
    return undefined;
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

/** The first text after the sort key of every timer of a moment. */
function afterMoment(time: number): string {
  return `${isoTime(time)}}`;
}

/** Which of the next timers is due first. */
function earliest(heads: readonly IteratorResult<Timer, undefined>[]): number {
  let first = 0;
  for (const [i, { value }] of heads.entries()) {
    if ((value?.due ?? Infinity) < (heads[first]?.value?.due ?? Infinity)) first = i;
  }
  return first;
}

function partition(bucket: number): string {
  return `timers|${bucket}`;
}
