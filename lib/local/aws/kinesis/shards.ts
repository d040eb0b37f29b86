import { resourceNotFound } from './errors.ts';
import type { ShardDescription, StoredStream } from './kinesalite.ts';

/** A shard, and its place in the stream, which its id spells. */
export interface FoundShard {
  readonly shard: ShardDescription;
  readonly index: number;
}

/** @throws {ApiError} ResourceNotFoundException */
export function findShard(stream: StoredStream, shardId: string): FoundShard {
  const index = stream.Shards.findIndex(({ ShardId }) => ShardId === shardId);
  const shard = stream.Shards[index];
  if (shard) return { shard, index };
  throw resourceNotFound(
    `Could not find shard ${shardId} in stream ${stream.StreamName}: ListShards tells which it has`,
  );
}

export function isOpen({ SequenceNumberRange }: ShardDescription): boolean {
  return SequenceNumberRange.EndingSequenceNumber === undefined;
}

/** A shard as the end of one of its parents tells of it. */
export interface ChildShard {
  readonly ShardId: string;
  readonly ParentShards: readonly string[];
  readonly HashKeyRange: ShardDescription['HashKeyRange'];
}

/** The shards that a closed one was split into, or merged to. */
export function childShards({ Shards }: StoredStream, parentId: string): readonly ChildShard[] {
  return Shards.filter((shard) => parentsOf(shard).includes(parentId)).map((shard) => ({
    ShardId: shard.ShardId,
    ParentShards: parentsOf(shard),
    HashKeyRange: shard.HashKeyRange,
  }));
}

/**
 * The shards that a stream still has: a closed one goes when all its records have.
 * @param nowMs since 1970
 */
export function presentShards(stream: StoredStream, nowMs: number): readonly ShardDescription[] {
  const horizonMs = nowMs - stream.RetentionPeriodHours * 3_600_000;
  return stream.Shards.filter((shard) => closedMs(shard) > horizonMs);
}

/** When a shard came into being, ms since 1970. */
export function createdMs({ SequenceNumberRange }: ShardDescription): number {
  return secondsIn(SequenceNumberRange.StartingSequenceNumber, CREATED) * 1_000;
}

/** When a shard was closed, ms since 1970; Infinity for an open one. */
export function closedMs({ SequenceNumberRange }: ShardDescription): number {
  const { EndingSequenceNumber: ending } = SequenceNumberRange;
  return ending === undefined ? Infinity : secondsIn(ending, TAKEN) * 1_000;
}

/** Where kinesalite's sequence numbers, in hexadecimal, spell when their shard was created and they were taken. */
const CREATED = [1, 10] as const;
const TAKEN = [29, 38] as const;

function secondsIn(sequenceNumber: string, [from, to]: readonly [number, number]): number {
  return parseInt(BigInt(sequenceNumber).toString(16).slice(from, to), 16);
}

export function parentsOf({ ParentShardId, AdjacentParentShardId }: ShardDescription): readonly string[] {
  return [ParentShardId, AdjacentParentShardId].filter((id) => id !== undefined);
}
