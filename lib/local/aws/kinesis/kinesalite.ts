import { createRequire } from 'node:module';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/*
 * kinesalite without its HTTP server. Its handler throws from an event handler, and so ends the process, when a client
 * goes away in the middle of a request, which is what a Lambda that times out does; and its store is wanted here for
 * what it lacks. What is used is not public, so package.json pins 3.3.3.
 */

/** The operations that kinesalite has. */
export const KINESALITE_OPERATIONS = [
  'AddTagsToStream',
  'CreateStream',
  'DecreaseStreamRetentionPeriod',
  'DeleteStream',
  'DescribeStream',
  'DescribeStreamSummary',
  'GetRecords',
  'GetShardIterator',
  'IncreaseStreamRetentionPeriod',
  'ListStreams',
  'ListTagsForStream',
  'MergeShards',
  'PutRecord',
  'PutRecords',
  'RemoveTagsFromStream',
  'SplitShard',
] as const;
export type KinesaliteOperation = (typeof KINESALITE_OPERATIONS)[number];

/** A shard as Kinesis describes it. Hash keys are decimal numbers of up to 128 bits. */
export interface ShardDescription {
  readonly ShardId: string;
  readonly ParentShardId?: string;
  readonly AdjacentParentShardId?: string;
  readonly HashKeyRange: { readonly StartingHashKey: string; readonly EndingHashKey: string };
  readonly SequenceNumberRange: {
    readonly StartingSequenceNumber: string;
    /** Only a closed shard has one. */
    readonly EndingSequenceNumber?: string;
  };
}

/** A stream as it is stored. */
export interface StoredStream {
  readonly StreamName: string;
  readonly StreamARN: string;
  readonly StreamStatus: string;
  /** Seconds since 1970. */
  readonly StreamCreationTimestamp: number;
  readonly RetentionPeriodHours: number;
  /** In the order in which they came into being; none before the stream is active. */
  readonly Shards: readonly ShardDescription[];
}

/** A record as it is stored. */
export interface StoredRecord {
  readonly PartitionKey: string;
  /** Base64. */
  readonly Data: string;
  /** Seconds since 1970, with a fraction. */
  readonly ApproximateArrivalTimestamp: number;
}

type Answer<T> = (error: Error | null | undefined, value?: T) => void;

interface ReadOptions {
  readonly gt?: string;
  readonly gte?: string;
  readonly lt: string;
  readonly limit?: number;
  readonly reverse?: boolean;
}

/** What all streams are kept in. */
export interface KinesaliteStore {
  readonly metaDb: { readonly awsAccountId: string; readonly awsRegion: string };
  readonly db: { close(answer: Answer<void>): void };
  getStream(name: string, answer: Answer<StoredStream>): void;
  /** The records of a stream, under the shard's number in hexadecimal, a slash, and the sequence number. */
  getStreamDb(name: string): { createReadStream(options: ReadOptions): Readable };
}

interface Stores {
  create(options: {
    createStreamMs: number;
    deleteStreamMs: number;
    updateStreamMs: number;
    shardLimit: number;
  }): KinesaliteStore;
  shardIxToHex(shardIndex: number): string;
}

interface OperationTypes {
  readonly types: object;
  readonly custom?: object;
}

interface Validations {
  checkTypes(input: object, types: object): object;
  checkValidations(input: object, types: object, custom: object | undefined, operation: string): void;
}

type Action = (store: KinesaliteStore, input: object, answer: Answer<object>) => void;

const require = createRequire(import.meta.url);
const stores = require('kinesalite/db') as Stores;
const validations = require('kinesalite/validations') as Validations;
const operations = new Map(
  KINESALITE_OPERATIONS.map((operation) => {
    const file = `${operation.slice(0, 1).toLowerCase()}${operation.slice(1)}`;
    const action = require(`kinesalite/actions/${file}`) as Action;
    return [operation, { action, ...(require(`kinesalite/validations/${file}`) as OperationTypes) }] as const;
  }),
);

/** More shards than anybody needs on a laptop; kinesalite's own limit is 10. */
const SHARD_LIMIT = 1_000;
const POLL_MS = 1;

/** An empty store in memory, whose streams are made and changed at once. Account and region come from the environment. */
export function createStore(): KinesaliteStore {
  return stores.create({ createStreamMs: 0, deleteStreamMs: 0, updateStreamMs: 0, shardLimit: SHARD_LIMIT });
}

export function closeStore(store: KinesaliteStore): Promise<void> {
  return new Promise((resolve, reject) => {
    store.db.close((error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

/**
 * Checks the input as Kinesis does and carries the operation out.
 * @throws what kinesalite throws: an error with `statusCode` and `body` where it is an answer to the client
 */
export function perform(
  store: KinesaliteStore,
  operation: KinesaliteOperation,
  input: object,
): Promise<object> {
  return new Promise((resolve, reject) => {
    const known = operations.get(operation);
    if (!known) throw new Error(`kinesalite has no ${operation}`);
    const checked = validations.checkTypes(input, known.types);
    validations.checkValidations(checked, known.types, known.custom, operation);
    known.action(store, checked, (error, output) => {
      if (error) reject(error);
      else resolve(output ?? {});
    });
  });
}

/** @throws what kinesalite throws for a stream that is not there */
export function storedStream(store: KinesaliteStore, name: string): Promise<StoredStream> {
  return new Promise((resolve, reject) => {
    store.getStream(name, (error, stream) => {
      if (stream) resolve(stream);
      else reject(error ?? new Error(`kinesalite has lost stream ${name}`));
    });
  });
}

/** Waits for the moment that kinesalite takes to make or reshard a stream. */
export async function whenActive(store: KinesaliteStore, name: string): Promise<StoredStream> {
  for (;;) {
    const stream = await storedStream(store, name);
    if (stream.StreamStatus === 'ACTIVE') return stream;
    await delay(POLL_MS);
  }
}

/** Where in a shard reading begins: at or after a sequence number, or with the oldest record. */
export type ShardStart =
  { readonly from: 'start' } | { readonly from: 'at' | 'after'; readonly sequenceNumber: string };

/** A stored record and its sequence number. */
export interface ShardRecord extends StoredRecord {
  readonly SequenceNumber: string;
}

/** The records of a shard in order, as many as are taken. */
export async function* shardRecords(
  store: KinesaliteStore,
  streamName: string,
  shardIndex: number,
  start: ShardStart,
  limit?: number,
): AsyncGenerator<ShardRecord, void, undefined> {
  const prefix = stores.shardIxToHex(shardIndex);
  const records = store.getStreamDb(streamName).createReadStream({
    ...(start.from === 'start' && { gte: prefix }),
    ...(start.from === 'at' && { gte: `${prefix}/${start.sequenceNumber}` }),
    ...(start.from === 'after' && { gt: `${prefix}/${start.sequenceNumber}` }),
    lt: stores.shardIxToHex(shardIndex + 1),
    ...(limit !== undefined && { limit }),
  });
  for await (const entry of records) yield toRecord(entry as Entry);
}

/** The newest record of a shard, if it has any. */
export async function newestRecord(
  store: KinesaliteStore,
  streamName: string,
  shardIndex: number,
): Promise<ShardRecord | undefined> {
  const newest = store.getStreamDb(streamName).createReadStream({
    gte: stores.shardIxToHex(shardIndex),
    lt: stores.shardIxToHex(shardIndex + 1),
    reverse: true,
    limit: 1,
  });
  for await (const entry of newest) return toRecord(entry as Entry);
  return undefined;
}

interface Entry {
  readonly key: string;
  readonly value: StoredRecord;
}

function toRecord({ key, value }: Entry): ShardRecord {
  return { ...value, SequenceNumber: key.slice(key.indexOf('/') + 1) };
}
