import type { KinesaliteStore, ShardRecord, ShardStart } from './kinesalite.ts';
import { shardRecords, storedStream } from './kinesalite.ts';
import type { ChildShard } from './shards.ts';
import { childShards, findShard, isOpen } from './shards.ts';
import type { StreamChanges } from './stream-changes.ts';

/**
 * What a subscription is sent.
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShardEvent.html
 */
export interface SubscribeToShardEvent {
  readonly Records: readonly ShardRecord[];
  /** What to subscribe again after; not there at the end of a shard, as consumers of AWS's expect. */
  readonly ContinuationSequenceNumber?: string;
  readonly MillisBehindLatest: number;
  /** Only at the end of a shard. */
  readonly ChildShards?: readonly ChildShard[];
}

/** The shard that is fed from, and from where. */
export interface FeedPosition {
  readonly streamName: string;
  readonly shardId: string;
  readonly start: ShardStart;
}

/** What a feed needs besides. */
export interface FeedContext {
  readonly store: KinesaliteStore;
  readonly changes: StreamChanges;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Ends the feed. */
  readonly signal: AbortSignal;
  /** How long a feed is silent before it says that there is nothing, ms. */
  readonly heartbeatMs: number;
}

/** A frame holds as much as is pleasant to hold in memory a few times over. */
const MOST_RECORDS = 1_000;
const MOST_CHARACTERS = 1_048_576;

/**
 * Gives the records of a shard as they come, in order, until the shard ends or the signal aborts. Nothing is polled:
 * it sleeps until the stream changes. An event without records comes at the beginning and after each silence.
 * @throws {ApiError} ResourceNotFoundException when the stream has been deleted
 */
export async function* shardFeed(
  { streamName, shardId, start }: FeedPosition,
  { store, changes, now, signal, heartbeatMs }: FeedContext,
): AsyncGenerator<SubscribeToShardEvent, void, undefined> {
  let position = start;
  let heartbeatAtMs = now();
  while (!signal.aborted) {
    const changeCount = changes.count(streamName);
    // Before the records are read: a shard that is closed by now takes no more.
    const stream = await storedStream(store, streamName);
    const { shard, index } = findShard(stream, shardId);
    const oldestSeconds = now() / 1_000 - stream.RetentionPeriodHours * 3_600;
    const { records, full } = await readPage(store, streamName, index, position, oldestSeconds);
    const last = records.at(-1);
    if (last) {
      position = { from: 'after', sequenceNumber: last.SequenceNumber };
      heartbeatAtMs = now() + heartbeatMs;
      yield {
        Records: records,
        ContinuationSequenceNumber: last.SequenceNumber,
        MillisBehindLatest: full
          ? Math.max(0, Math.floor(now() - last.ApproximateArrivalTimestamp * 1_000))
          : 0,
      };
      continue;
    }
    if (!isOpen(shard)) {
      yield { Records: [], MillisBehindLatest: 0, ChildShards: childShards(stream, shardId) };
      return;
    }
    if (now() >= heartbeatAtMs) {
      heartbeatAtMs = now() + heartbeatMs;
      const beginning = shard.SequenceNumberRange.StartingSequenceNumber;
      yield {
        Records: [],
        ContinuationSequenceNumber: position.from === 'start' ? beginning : position.sequenceNumber,
        MillisBehindLatest: 0,
      };
    }
    await changes.wait(streamName, changeCount, Math.max(1, heartbeatAtMs - now()), signal);
  }
}

async function readPage(
  store: KinesaliteStore,
  streamName: string,
  shardIndex: number,
  start: ShardStart,
  oldestSeconds: number,
): Promise<{ readonly records: readonly ShardRecord[]; readonly full: boolean }> {
  const records: ShardRecord[] = [];
  let characters = 0;
  for await (const record of shardRecords(store, streamName, shardIndex, start)) {
    if (record.ApproximateArrivalTimestamp < oldestSeconds) continue;
    characters += record.Data.length;
    if (records.length === MOST_RECORDS || (records.length > 0 && characters > MOST_CHARACTERS)) {
      return { records, full: true };
    }
    records.push(record);
  }
  return { records, full: false };
}
