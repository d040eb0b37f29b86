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

function parentsOf({ ParentShardId, AdjacentParentShardId }: ShardDescription): readonly string[] {
  return [ParentShardId, AdjacentParentShardId].filter((id) => id !== undefined);
}
