import { createHash, randomUUID } from 'node:crypto';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../constants.ts';
import type { Change } from './capture.ts';
import type { Image } from './image.ts';
import type { StreamViewType } from './record.ts';
import { isChange, keysOf, streamRecord } from './record.ts';
import type { LogLimits } from './shard-log.ts';
import { sequenceNumberAt, ShardLog } from './shard-log.ts';

/** One element of DynamoDB's KeySchema. */
export interface KeySchemaElement {
  readonly AttributeName: string;
  readonly KeyType: 'HASH' | 'RANGE';
}

/** What makes a stream. */
export interface StreamOptions {
  readonly tableName: string;
  readonly keySchema: readonly KeySchemaElement[];
  readonly viewType: StreamViewType;
  /** Items are spread over this many shards by partition key. */
  readonly shardCount: number;
  readonly limits: LogLimits;
  readonly createdMs: number;
}

/** A shard of a stream. */
export interface StreamShard {
  readonly shardId: string;
  readonly log: ShardLog;
}

/** The changes of one table since its stream was enabled. Once closed it takes no more, but can be read. */
export class ChangeStream {
  readonly options: StreamOptions;
  readonly arn: string;
  readonly label: string;
  readonly shards: readonly StreamShard[];
  readonly #keyNames: readonly string[];
  readonly #partitionKeyName: string;
  #open = true;

  constructor(options: StreamOptions) {
    this.options = options;
    this.label = new Date(options.createdMs).toISOString().slice(0, -1);
    this.arn = `arn:aws:dynamodb:${LOCAL_REGION}:${LOCAL_ACCOUNT}:table/${options.tableName}/stream/${this.label}`;
    this.shards = Array.from({ length: options.shardCount }, (_, index) => ({
      shardId: shardIdOf(options.createdMs, index),
      log: new ShardLog(options.limits),
    }));
    this.#keyNames = options.keySchema.map((key) => key.AttributeName);
    this.#partitionKeyName = options.keySchema.find((key) => key.KeyType === 'HASH')?.AttributeName ?? '';
  }

  get open(): boolean {
    return this.#open;
  }

  close(): void {
    this.#open = false;
  }

  shard(shardId: string): StreamShard | undefined {
    return this.shards.find((shard) => shard.shardId === shardId);
  }

  /** Records a write, unless it changed nothing or the stream is closed. */
  record(change: Change, nowMs: number): void {
    if (!this.#open || !isChange(change)) return;
    const log = this.#shardFor(keysOf(change, this.#keyNames)).log;
    const record = streamRecord(change, {
      viewType: this.options.viewType,
      keyNames: this.#keyNames,
      eventId: randomUUID().replaceAll('-', ''),
      sequenceNumber: sequenceNumberAt(log.next),
      nowMs,
    });
    log.append({ json: JSON.stringify(record), createdMs: nowMs });
  }

  #shardFor(keys: Image): StreamShard {
    const [only] = this.shards;
    if (only && this.shards.length === 1) return only;
    const partitionKey = JSON.stringify(keys[this.#partitionKeyName]);
    const hash = createHash('md5').update(partitionKey).digest().readUInt32BE();
    const chosen = this.shards[hash % this.shards.length];
    if (!chosen) throw new Error(`stream ${this.arn} has no shards: its shardCount must be at least 1`);
    return chosen;
  }
}

/** @example shardIdOf(1_700_000_000_000, 0) // 'shardId-00000001700000000000-00000000' */
function shardIdOf(createdMs: number, index: number): string {
  return `shardId-${String(createdMs).padStart(20, '0')}-${index.toString(16).padStart(8, '0')}`;
}
