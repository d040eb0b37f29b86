import { invalidArgument } from './errors.ts';
import type { Input } from './input.ts';
import { optionalNumber, text } from './input.ts';
import type { KinesaliteStore, ShardStart } from './kinesalite.ts';
import { newestRecord, perform, shardRecords } from './kinesalite.ts';
import type { FoundShard } from './shards.ts';

/**
 * Where a subscription begins, with what LATEST means settled.
 * @param position the StartingPosition of SubscribeToShard
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_StartingPosition.html
 * @throws {ApiError} InvalidArgumentException, ValidationException
 */
export async function shardStart(
  store: KinesaliteStore,
  streamName: string,
  { shard, index }: FoundShard,
  position: Input,
): Promise<ShardStart> {
  const type = text(position, 'Type');
  switch (type) {
    case 'TRIM_HORIZON':
      return { from: 'start' };
    case 'LATEST': {
      const newest = await newestRecord(store, streamName, index);
      return newest ? { from: 'after', sequenceNumber: newest.SequenceNumber } : { from: 'start' };
    }
    case 'AT_TIMESTAMP':
      return await startAtTimestamp(store, streamName, index, timestampOf(position));
    case 'AT_SEQUENCE_NUMBER':
    case 'AFTER_SEQUENCE_NUMBER': {
      const sequenceNumber = text(position, 'SequenceNumber');
      // Refuses what is no sequence number of this shard.
      await perform(store, 'GetShardIterator', {
        StreamName: streamName,
        ShardId: shard.ShardId,
        ShardIteratorType: type,
        StartingSequenceNumber: sequenceNumber,
      });
      // An empty shard is continued from its own beginning, which its first record may share.
      const isBeginning = sequenceNumber === shard.SequenceNumberRange.StartingSequenceNumber;
      return { from: type === 'AT_SEQUENCE_NUMBER' || isBeginning ? 'at' : 'after', sequenceNumber };
    }
    default:
      throw invalidArgument(
        `The type of the starting position is ${type}: it must be AT_SEQUENCE_NUMBER, AFTER_SEQUENCE_NUMBER, ` +
          'TRIM_HORIZON, LATEST or AT_TIMESTAMP',
      );
  }
}

/**
 * The first record that came at a time or later, or else whatever comes next.
 * @param seconds since 1970
 */
export async function startAtTimestamp(
  store: KinesaliteStore,
  streamName: string,
  shardIndex: number,
  seconds: number,
): Promise<ShardStart> {
  let last: string | undefined;
  for await (const record of shardRecords(store, streamName, shardIndex, { from: 'start' })) {
    last = record.SequenceNumber;
    if (record.ApproximateArrivalTimestamp >= seconds) return { from: 'at', sequenceNumber: last };
  }
  return last === undefined ? { from: 'start' } : { from: 'after', sequenceNumber: last };
}

/** @throws {ApiError} InvalidArgumentException when it is missing or no time */
export function timestampOf(input: Input): number {
  const seconds = optionalNumber(input, 'Timestamp', { least: 0, most: Number.MAX_SAFE_INTEGER });
  if (seconds !== undefined) return seconds;
  throw invalidArgument('Timestamp is missing: AT_TIMESTAMP needs it');
}
