import { expect, it } from 'vitest';
import { openShard, type StreamClients } from '../../lib/redrive/open-shard.ts';
import { Retry } from '../../lib/store/retry.ts';
import { SHARD, STREAM } from '../support/kinesis.ts';

/** Clients that say which of them was asked, and for what. */
function clientsThatTell(): StreamClients {
  const client = (name: string) => ({
    send: ({ input }: { readonly input: object }) =>
      Promise.reject(new Error(`${name} ${JSON.stringify(input)}`)),
  });
  return { kinesis: client('kinesis'), dynamodbStreams: client('dynamodb') } as unknown as StreamClients;
}

const retry = new Retry({ attempts: 1 });

it('opens a shard of a Kinesis stream by the stream’s name', async () => {
  const range = openShard(clientsThatTell(), retry, STREAM, SHARD);

  await expect(range.horizon()).rejects.toThrow(/^kinesis .*"StreamName":"views","ShardId":"shardId-0{12}"/);
});

it('reads no more of it at once than leaves others their turn', async () => {
  const kinesis = {
    send: ({ input }: { readonly input: object }) =>
      'ShardId' in input
        ? Promise.resolve({ ShardIterator: 'here' })
        : Promise.reject(new Error(JSON.stringify(input))),
  };
  const clients = { ...clientsThatTell(), kinesis } as unknown as StreamClients;

  await expect(openShard(clients, retry, STREAM, SHARD).horizon()).rejects.toThrow('"Limit":1000}');
});

it('opens a shard of a table’s stream by its ARN', async () => {
  const arn = 'arn:aws:dynamodb:us-east-1:000000000000:table/alerts/stream/2024-01-01T00:00:00.000';
  const range = openShard(clientsThatTell(), retry, arn, SHARD);

  await expect(range.horizon()).rejects.toThrow(`dynamodb {"StreamArn":"${arn}"`);
});

it('refuses what is no ARN', () => {
  expect(() => openShard(clientsThatTell(), retry, 'nowhere', SHARD)).toThrow('streamArn is "nowhere"');
});
