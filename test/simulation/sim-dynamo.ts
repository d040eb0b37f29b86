import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type AttributeValue,
  type DeleteItemCommandInput,
  type PutItemCommandInput,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { bucketOf } from '../../lib/store/keys.ts';
import type { Item } from '../../lib/store/pane-item.ts';
import type { SimClock } from './clock.ts';
import { SimStream } from './sim-stream.ts';

/** A write of an item, as it happened. */
export interface Write {
  readonly table: string;
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

const SHARDS = 2;
/** Items of a page of a query: few, so that paging matters. */
const PAGE = 7;

/** DynamoDB's answer to commands, at once and without faults; streams tell of every write. */
export class SimDynamo {
  readonly streams = new Map<string, SimStream>();
  readonly #clock: SimClock;
  readonly #tables = new Map<string, Map<string, Map<string, Item>>>();
  /** Items as they were before their last write: what a read that is not consistent may give. */
  readonly #stale = new WeakMap<Item, Item>();
  readonly #onWrite: (write: Write) => void;
  #sequence = 1_000;
  #reads = 0;

  constructor(clock: SimClock, onWrite: (write: Write) => void) {
    this.#clock = clock;
    this.#onWrite = onWrite;
  }

  create(table: string, options: { readonly streamed: boolean }): void {
    this.#tables.set(table, new Map());
    if (!options.streamed) return;
    const stream = new SimStream(this.#clock, 'DDBStreamBatchInfo');
    for (let shard = 0; shard < SHARDS; shard++) stream.open(shardOf(shard));
    this.streams.set(table, stream);
  }

  *items(table: string): Generator<Item> {
    for (const partition of this.#table(table).values()) yield* partition.values();
  }

  perform(command: unknown): object {
    if (command instanceof PutItemCommand) return this.#put(command.input);
    if (command instanceof GetItemCommand) {
      const { TableName: table = '', Key: key = {}, ConsistentRead: consistent } = command.input;
      const item = this.#seen(this.#find(table, key), consistent);
      return item === undefined ? {} : { Item: item };
    }
    if (command instanceof QueryCommand) return this.#query(command.input);
    if (command instanceof BatchGetItemCommand) {
      const [[table, request] = ['', undefined]] = Object.entries(command.input.RequestItems ?? {});
      const { Keys: keys = [], ConsistentRead: consistent } = request ?? { Keys: [] };
      const found = keys
        .map((key) => this.#seen(this.#find(table, key), consistent))
        .filter((item) => item !== undefined);
      return { Responses: { [table]: found } };
    }
    if (command instanceof BatchWriteItemCommand) {
      for (const [table, requests] of Object.entries(command.input.RequestItems ?? {})) {
        for (const { PutRequest: put, DeleteRequest: remove } of requests) {
          if (put?.Item !== undefined) this.#write(table, put.Item, put.Item);
          if (remove?.Key !== undefined) this.#write(table, remove.Key, undefined);
        }
      }
      return {};
    }
    if (command instanceof DeleteItemCommand) return this.#delete(command.input);
    throw new Error('the simulated DynamoDB does not know this command');
  }

  /** What a throttled table does of a batch call: every other key or item, and the rest is left out. */
  performInPart(command: BatchGetItemCommand | BatchWriteItemCommand): object {
    if (command instanceof BatchGetItemCommand) {
      const [[table, { Keys: keys = [] }] = ['', { Keys: [] }]] = Object.entries(
        command.input.RequestItems ?? {},
      );
      const [now, later] = everyOther(keys);
      const answer = this.perform(
        new BatchGetItemCommand({ RequestItems: { [table]: { Keys: now, ConsistentRead: true } } }),
      );
      return { ...answer, UnprocessedKeys: { [table]: { Keys: later } } };
    }
    const [[table, requests] = ['', []]] = Object.entries(command.input.RequestItems ?? {});
    const [now, later] = everyOther(requests);
    this.perform(new BatchWriteItemCommand({ RequestItems: { [table]: now } }));
    return { UnprocessedItems: { [table]: later } };
  }

  #put(input: PutItemCommandInput): object {
    const { TableName: table = '', Item: item = {}, ConditionExpression: condition } = input;
    const found = this.#find(table, item);
    const value = (name: string): string | undefined => input.ExpressionAttributeValues?.[name]?.N;
    const holds = (): boolean => {
      if (condition === undefined) return true;
      if (condition === 'attribute_not_exists(pk)') return found === undefined;
      if (condition === 'rev = :rev') return found !== undefined && found.rev?.N === value(':rev');
      if (condition === 'v = :v') return found !== undefined && found.v?.N === value(':v');
      if (condition === 'attribute_not_exists(pk) OR ms < :ms')
        return found === undefined || Number(found.ms?.N) < Number(value(':ms'));
      if (condition === 'attribute_not_exists(pk) OR v < :v')
        return found === undefined || Number(found.v?.N) < Number(value(':v'));
      throw new Error(`the simulated DynamoDB does not know ${condition}`);
    };
    if (!holds()) {
      throw conditionFailed(input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? found : undefined);
    }
    this.#write(table, item, item);
    return {};
  }

  #delete(input: DeleteItemCommandInput): object {
    const { TableName: table = '', Key: key = {}, ConditionExpression: condition } = input;
    const token = input.ExpressionAttributeValues?.[':t']?.S;
    if (condition !== undefined && this.#find(table, key)?.tok?.S !== token) throw conditionFailed();
    this.#write(table, key, undefined);
    return {};
  }

  #query(input: QueryCommandInput): object {
    const {
      TableName: table = '',
      KeyConditionExpression: expression = '',
      ExclusiveStartKey: start,
    } = input;
    const values = input.ExpressionAttributeValues ?? {};
    const value = (name: string): string => values[name]?.S ?? '';
    const partition = this.#table(table).get(value(':pk'));
    const matches = (sk: string): boolean => {
      if (expression === 'pk = :pk') return true;
      if (expression.endsWith('sk BETWEEN :from AND :to')) return sk >= value(':from') && sk <= value(':to');
      if (expression.endsWith('sk < :after')) return sk < value(':after');
      if (expression.endsWith('sk > :after')) return sk > value(':after');
      throw new Error(`the simulated DynamoDB does not know ${expression}`);
    };
    const after = start?.sk?.S;
    const keys = [...(partition?.keys() ?? [])]
      .filter((sk) => matches(sk) && (after === undefined || sk > after))
      .sort();
    const page = keys.slice(0, PAGE);
    const last = page.at(-1);
    return {
      Items: page.map((sk) => this.#seen(partition?.get(sk), input.ConsistentRead)),
      ...(keys.length > PAGE && last !== undefined
        ? { LastEvaluatedKey: { pk: { S: value(':pk') }, sk: { S: last } } }
        : {}),
    };
  }

  #write(table: string, key: Item, after: Item | undefined): void {
    const [pk, sk] = [key.pk?.S ?? '', key.sk?.S ?? ''];
    const partitions = this.#table(table);
    const partition = partitions.get(pk) ?? new Map<string, Item>();
    partitions.set(pk, partition);
    const before = partition.get(sk);
    if (after === undefined) partition.delete(sk);
    else partition.set(sk, after);
    if (after !== undefined && before !== undefined) this.#stale.set(after, before);
    this.#onWrite({ table, before, after });
    this.#record(table, { pk, sk }, before, after);
  }

  #record(
    table: string,
    { pk, sk }: { readonly pk: string; readonly sk: string },
    before: Item | undefined,
    after: Item | undefined,
  ): void {
    const stream = this.streams.get(table);
    // A write that changes nothing is told of by no stream.
    if (stream === undefined || (before === undefined && after === undefined)) return;
    const sequenceNumber = String(this.#sequence++);
    const arrivalMs = this.#clock.now();
    const event = {
      eventSource: 'aws:dynamodb',
      eventName: before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY',
      dynamodb: {
        Keys: { pk: { S: pk }, sk: { S: sk } },
        ...(after && { NewImage: after }),
        ...(before && { OldImage: before }),
        SequenceNumber: sequenceNumber,
      },
    };
    stream.append(shardOf(bucketOf(pk, SHARDS)), {
      sequenceNumber,
      arrivalMs,
      orderKey: `${pk}\n${sk}`,
      event,
      bytes: 500,
    });
  }

  /** What a read gives: of two reads that are not consistent, the second is behind. */
  #seen(item: Item | undefined, consistent: boolean | undefined): Item | undefined {
    if (consistent === true || item === undefined || this.#reads++ % 2 === 0) return item;
    return this.#stale.get(item) ?? item;
  }

  #find(table: string, key: Readonly<Record<string, AttributeValue>>): Item | undefined {
    return this.#table(table)
      .get(key.pk?.S ?? '')
      ?.get(key.sk?.S ?? '');
  }

  #table(name: string): Map<string, Map<string, Item>> {
    const table = this.#tables.get(name);
    if (table === undefined) throw new Error(`there is no table ${name}`);
    return table;
  }
}

function everyOther<T>(all: readonly T[]): [T[], T[]] {
  return [all.filter((_, i) => i % 2 === 0), all.filter((_, i) => i % 2 === 1)];
}

function conditionFailed(found?: Item): ConditionalCheckFailedException {
  return new ConditionalCheckFailedException({
    message: 'The conditional request failed',
    $metadata: {},
    ...(found && { Item: found }),
  });
}

function shardOf(n: number): string {
  return `shardId-0000000000000000000-${n}`;
}

/** ARN of a table's stream. */
export function streamArnOf(table: string): string {
  return `arn:aws:dynamodb:us-east-1:000000000000:table/${table}/stream/2024-01-01T00:00:00.000`;
}

/** Tells the commands that a throttled table carries out in part. */
export function isBatch(command: object): command is BatchGetItemCommand | BatchWriteItemCommand {
  return command instanceof BatchGetItemCommand || command instanceof BatchWriteItemCommand;
}
