import {
  ListShardsCommand,
  MergeShardsCommand,
  SplitShardCommand,
  type KinesisClient,
  type Shard,
} from '@aws-sdk/client-kinesis';
import type { Chance } from './chance.ts';

// Each open shard is a poller and a lane more, on two cores.
const MOST_OPEN = 4;

/** Splits or merges open shards of a stream. @throws what Kinesis rejects with, such as when it is down */
export async function reshard(client: KinesisClient, stream: string, chance: Chance): Promise<void> {
  const { Shards: shards = [] } = await client.send(new ListShardsCommand({ StreamName: stream }));
  const open = shards
    .filter((shard) => shard.SequenceNumberRange?.EndingSequenceNumber === undefined)
    .toSorted((a, b) => (firstHash(a) < firstHash(b) ? -1 : 1));
  const isSplit = open.length === 1 || (open.length < MOST_OPEN && chance.next('split') < 0.5);
  const at = chance.int('which shard', 0, open.length - (isSplit ? 1 : 2));
  const shard = open[at];
  const next = open[at + 1];
  if (shard === undefined) return;
  if (!isSplit) {
    await client.send(
      new MergeShardsCommand({
        StreamName: stream,
        ShardToMerge: shard.ShardId,
        AdjacentShardToMerge: next?.ShardId,
      }),
    );
    return;
  }
  const middle = (firstHash(shard) + BigInt(shard.HashKeyRange?.EndingHashKey ?? 0)) / 2n;
  await client.send(
    new SplitShardCommand({
      StreamName: stream,
      ShardToSplit: shard.ShardId,
      NewStartingHashKey: String(middle),
    }),
  );
}

function firstHash({ HashKeyRange: range }: Shard): bigint {
  return BigInt(range?.StartingHashKey ?? 0);
}
