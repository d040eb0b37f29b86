import type { StreamViewType } from '@aws-sdk/client-dynamodb';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { _Record } from '@aws-sdk/client-dynamodb-streams';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { startDynamoDb } from '../../../../lib/local/aws/dynamodb/server.ts';
import type { RunningServer } from '../../../../lib/local/aws/http.ts';

/** An embedded DynamoDB and ordinary clients of it. */
export interface DynamoDb {
  readonly items: DynamoDBClient;
  readonly streams: DynamoDBStreamsClient;
  stop(): Promise<void>;
}

export async function startForTest(options?: Parameters<typeof startDynamoDb>[0]): Promise<DynamoDb> {
  const server: RunningServer = await startDynamoDb(options);
  return connectForTest(server.endpoint, () => server.stop());
}

/** Clients of a DynamoDB at work. @param stop ends it */
export function connectForTest(endpoint: string, stop: () => Promise<void>): DynamoDb {
  const config = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'weir', secretAccessKey: 'weir' },
    maxAttempts: 1,
  };
  const items = new DynamoDBClient(config);
  const streams = new DynamoDBStreamsClient(config);
  return {
    items,
    streams,
    stop: async () => {
      items.destroy();
      streams.destroy();
      await stop();
    },
  };
}

/** Creates a table with string keys pk and sk; returns the ARN of its stream, or '' without a view type. */
export async function createTable(db: DynamoDb, name: string, viewType?: StreamViewType): Promise<string> {
  const { TableDescription: table } = await db.items.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      ...(viewType && { StreamSpecification: { StreamEnabled: true, StreamViewType: viewType } }),
    }),
  );
  return table?.LatestStreamArn ?? '';
}

export async function shardIds(db: DynamoDb, arn: string): Promise<string[]> {
  const { StreamDescription: stream } = await db.streams.send(new DescribeStreamCommand({ StreamArn: arn }));
  return stream?.Shards?.map((shard) => shard.ShardId ?? '') ?? [];
}

/** Every record of a stream, shard after shard. */
export async function readStream(db: DynamoDb, arn: string, limit = 1_000): Promise<_Record[]> {
  const records: _Record[] = [];
  for (const shardId of await shardIds(db, arn)) {
    const { ShardIterator: first } = await db.streams.send(
      new GetShardIteratorCommand({ StreamArn: arn, ShardId: shardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    let iterator = first;
    while (iterator !== undefined) {
      const page = await db.streams.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: limit }));
      if (!page.Records?.length) break;
      records.push(...page.Records);
      iterator = page.NextShardIterator;
    }
  }
  return records;
}

/** The keys of a test item. */
export const key = (pk: string, sk = 's') => ({ pk: { S: pk }, sk: { S: sk } });
