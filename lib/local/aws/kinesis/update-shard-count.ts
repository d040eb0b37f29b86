import { invalidArgument, limitExceeded } from './errors.ts';
import type { Input } from './input.ts';
import { integer, text } from './input.ts';
import type { KinesaliteStore, ShardDescription, StoredStream } from './kinesalite.ts';
import { perform, whenActive } from './kinesalite.ts';
import { isOpen } from './shards.ts';
import type { ScalingStep } from './uniform-scaling.ts';
import { scalingSteps } from './uniform-scaling.ts';

/** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html */
const MOST_SHARDS = 10_000;

/**
 * Scales a stream to shards of equal size. It is answered when that is done, where AWS takes minutes. Like AWS, it
 * goes no further than to double or half the number at once.
 * @throws {ApiError} InvalidArgumentException, LimitExceededException, ValidationException
 */
export async function updateShardCount(
  store: KinesaliteStore,
  streamName: string,
  input: Input,
): Promise<object> {
  const type = text(input, 'ScalingType');
  if (type !== 'UNIFORM_SCALING') {
    throw invalidArgument(`ScalingType is ${type}: UNIFORM_SCALING is the only one there is`);
  }
  const target = integer(input, 'TargetShardCount', { least: 1, most: MOST_SHARDS });
  const stream = await whenActive(store, streamName);
  const open = stream.Shards.filter(isOpen);
  if (target > open.length * 2 || target * 2 < open.length) {
    throw limitExceeded(
      `TargetShardCount is ${target}: stream ${streamName} has ${open.length} open shards, and can be scaled to ` +
        `${Math.ceil(open.length / 2)} to ${open.length * 2} at once`,
    );
  }
  const ranges = open.map(({ HashKeyRange }) => ({
    first: BigInt(HashKeyRange.StartingHashKey),
    last: BigInt(HashKeyRange.EndingHashKey),
  }));
  let scaled = stream;
  for (const step of scalingSteps(ranges, target)) scaled = await take(step, store, scaled);
  return {
    StreamName: streamName,
    StreamARN: stream.StreamARN,
    CurrentShardCount: open.length,
    TargetShardCount: target,
  };
}

async function take(step: ScalingStep, store: KinesaliteStore, stream: StoredStream): Promise<StoredStream> {
  const { StreamName } = stream;
  if (step.type === 'split') {
    await perform(store, 'SplitShard', {
      StreamName,
      ShardToSplit: holding(stream, step.at).ShardId,
      NewStartingHashKey: step.at.toString(),
    });
  } else {
    await perform(store, 'MergeShards', {
      StreamName,
      ShardToMerge: holding(stream, step.at - 1n).ShardId,
      AdjacentShardToMerge: holding(stream, step.at).ShardId,
    });
  }
  return await whenActive(store, StreamName);
}

function holding({ Shards, StreamName }: StoredStream, key: bigint): ShardDescription {
  const found = Shards.find(
    (shard) =>
      isOpen(shard) &&
      BigInt(shard.HashKeyRange.StartingHashKey) <= key &&
      key <= BigInt(shard.HashKeyRange.EndingHashKey),
  );
  if (found) return found;
  throw new Error(`Stream ${StreamName} has no open shard for hash key ${key}`);
}
