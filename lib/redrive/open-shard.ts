import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { parseArn } from '../esm/arn.ts';
import { DynamoDbSource } from '../esm/sources/dynamodb.ts';
import { KinesisSource } from '../esm/sources/kinesis.ts';
import type { Retry } from '../store/retry.ts';
import { ShardRange, type Pause } from './shard-range.ts';

/** Clients of the two services that have streams. */
export interface StreamClients {
  readonly kinesis: KinesisClient;
  readonly dynamodbStreams: DynamoDBStreamsClient;
}

// Kinesis gives 10 MB at once, and then nobody anything for five seconds: a mapping that is served by the shard too would
// wait. https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
const KINESIS_RECORDS = 1_000;

/**
 * Opens a shard of a Kinesis or a DynamoDB stream for being read back.
 *
 * @param pause waits so many ms between two pages; nothing does unless given
 * @throws {MappingSettingsError} if it is no ARN
 */
export function openShard(
  { kinesis, dynamodbStreams }: StreamClients,
  retry: Retry,
  streamArn: string,
  shardId: string,
  pause?: Pause,
): ShardRange {
  const arn = parseArn(streamArn, 'streamArn');
  const isKinesis = arn.service === 'kinesis';
  const source = isKinesis
    ? // Nobody is invoked with what is read back.
      new KinesisSource(kinesis, arn, { invokeIdentityArn: '', batchSize: KINESIS_RECORDS })
    : new DynamoDbSource(dynamodbStreams, streamArn);
  // It is looked for where the client is, whatever region the ARN has.
  const streamName = async (): Promise<string> =>
    `${arn.resource.replace(/^stream\//, '')} in ${await (isKinesis ? kinesis : dynamodbStreams).config.region()}`;
  return new ShardRange(source, shardId, retry, pause, streamName);
}
