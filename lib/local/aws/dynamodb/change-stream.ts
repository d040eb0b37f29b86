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
  /** After so long, ms, a shard is closed and a child takes its records; DynamoDB does it every few hours. Infinity: never. */
  readonly shardLifeMs: number;
  readonly limits: LogLimits;
  readonly createdMs: number;
}

/** A shard of a stream. */
export interface StreamShard {
  readonly shardId: string;
  readonly parentShardId: string | undefined;
  readonly log: ShardLog;
  readonly openedMs: number;
  /** When its child took over; undefined while it is open. */
  readonly closedMs: number | undefined;
}

/** The changes of one table since its stream was enabled. Once closed it takes no more, but can be read. */
export class ChangeStream {
  readonly options: StreamOptions;
  readonly arn: string;
  readonly label: string;
  /** Closed ones, parents before their children. */
  #closed: StreamShard[] = [];
  /** One for each part of the items. */
  #current: readonly StreamShard[];
  #opened = 0;
  readonly #keyNames: readonly string[];
  readonly #partitionKeyName: string;
  #open = true;

  constructor(options: StreamOptions) {
    this.options = options;
    this.label = new Date(options.createdMs).toISOString().slice(0, -1);
    this.arn = `arn:aws:dynamodb:${LOCAL_REGION}:${LOCAL_ACCOUNT}:table/${options.tableName}/stream/${this.label}`;
    this.#current = Array.from({ length: options.shardCount }, () =>
      this.#openShard(options.createdMs, undefined),
    );
    this.#keyNames = options.keySchema.map((key) => key.AttributeName);
    this.#partitionKeyName = options.keySchema.find((key) => key.KeyType === 'HASH')?.AttributeName ?? '';
  }

  get open(): boolean {
    return this.#open;
  }

  close(): void {
    this.#open = false;
  }

  /** All whose records may still be there, parents before their children. */
  shards(nowMs: number): readonly StreamShard[] {
    if (this.#open) this.#current = this.#current.map((shard) => this.#renewed(shard, nowMs));
    const { retentionMs } = this.options.limits;
    this.#closed = this.#closed.filter(({ closedMs = nowMs }) => nowMs - closedMs <= retentionMs);
    return [...this.#closed, ...this.#current];
  }

  /** Records a write, unless it changed nothing or the stream is closed. */
  record(change: Change, nowMs: number): void {
    if (!this.#open || !isChange(change)) return;
    const slot = this.#slotOf(keysOf(change, this.#keyNames));
    const shard = this.#renewed(this.#at(slot), nowMs);
    if (shard !== this.#current[slot]) this.#current = this.#current.with(slot, shard);
    const record = streamRecord(change, {
      viewType: this.options.viewType,
      keyNames: this.#keyNames,
      eventId: randomUUID().replaceAll('-', ''),
      sequenceNumber: sequenceNumberAt(shard.log.next),
      nowMs,
    });
    shard.log.append({ json: JSON.stringify(record), createdMs: nowMs });
  }

  /** The shard, or the child that has taken over. */
  #renewed(shard: StreamShard, nowMs: number): StreamShard {
    if (nowMs - shard.openedMs < this.options.shardLifeMs) return shard;
    this.#closed.push({ ...shard, closedMs: nowMs });
    return this.#openShard(nowMs, shard);
  }

  #openShard(nowMs: number, parent: StreamShard | undefined): StreamShard {
    const { createdMs, limits } = this.options;
    // A shard without records has one sequence number all the same, and its child begins after it.
    const start = parent ? Math.max(parent.log.next, parent.log.first + 1) : 1;
    return {
      shardId: shardIdOf(createdMs, this.#opened++),
      parentShardId: parent?.shardId,
      log: new ShardLog(limits, start),
      openedMs: nowMs,
      closedMs: undefined,
    };
  }

  #slotOf(keys: Image): number {
    if (this.#current.length === 1) return 0;
    const partitionKey = JSON.stringify(keys[this.#partitionKeyName]);
    return createHash('md5').update(partitionKey).digest().readUInt32BE() % this.#current.length;
  }

  #at(slot: number): StreamShard {
    const shard = this.#current[slot];
    if (!shard) throw new Error(`stream ${this.arn} has no shards: its shardCount must be at least 1`);
    return shard;
  }
}

/** @example shardIdOf(1_700_000_000_000, 0) // 'shardId-00000001700000000000-00000000' */
function shardIdOf(createdMs: number, index: number): string {
  return `shardId-${String(createdMs).padStart(20, '0')}-${index.toString(16).padStart(8, '0')}`;
}
