import type { KinesisClient, Shard as KinesisShard } from '@aws-sdk/client-kinesis';
import { ListShardsCommand } from '@aws-sdk/client-kinesis';
import type { Shard } from './source.ts';

/** The shards of a stream, open and closed, in the order in which they came into being. */
export async function listKinesisShards(
  client: KinesisClient,
  streamName: string,
  signal?: AbortSignal,
): Promise<readonly Shard[]> {
  const shards: Shard[] = [];
  let token: string | undefined;
  do {
    const command = new ListShardsCommand(token ? { NextToken: token } : { StreamName: streamName });
    const page = await client.send(command, withSignal(signal));
    shards.push(...(page.Shards ?? []).map(toShard));
    token = page.NextToken;
  } while (token !== undefined);
  return shards;
}

function toShard({ ShardId = '', ParentShardId, AdjacentParentShardId }: KinesisShard): Shard {
  return { id: ShardId, parents: [ParentShardId, AdjacentParentShardId].filter((id) => id !== undefined) };
}

/** How the SDK is told of a signal. */
export function withSignal(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal ? { abortSignal: signal } : {};
}
