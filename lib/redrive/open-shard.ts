import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { parseArn } from '../esm/arn.ts';
import { DynamoDbSource } from '../esm/sources/dynamodb.ts';
import { KinesisSource } from '../esm/sources/kinesis.ts';
import type { Retry } from '../store/retry.ts';
import { ShardRange } from './shard-range.ts';

/** Clients of the two services that have streams. */
export interface StreamClients {
  readonly kinesis: KinesisClient;
  readonly dynamodbStreams: DynamoDBStreamsClient;
}

// A shard may be read five times a second, by everybody together: as much as Kinesis gives at once.
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
const KINESIS_RECORDS = 10_000;

/** Opens a shard of a Kinesis or a DynamoDB stream for being read back. @throws {MappingSettingsError} if it is no ARN */
export function openShard(
  { kinesis, dynamodbStreams }: StreamClients,
  retry: Retry,
  streamArn: string,
  shardId: string,
): ShardRange {
  const arn = parseArn(streamArn, 'streamArn');
  const source =
    arn.service === 'kinesis'
      ? // Nobody is invoked with what is read back.
        new KinesisSource(kinesis, arn, { invokeIdentityArn: '', batchSize: KINESIS_RECORDS })
      : new DynamoDbSource(dynamodbStreams, streamArn);
  return new ShardRange(source, shardId, retry);
}
