import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type DynamoDBStreamsClient,
} from '@aws-sdk/client-dynamodb-streams';
import { dynamoDbRecord } from './dynamodb-event.ts';
import { rethrowStreamError } from './errors.ts';
import type { Page, Position, Shard, ShardSource } from './source.ts';

/**
 * AWS: at most 1,000 records a call.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
 */
const LIMIT = 1_000;

/** The stream of a DynamoDB table. */
export class DynamoDbSource implements ShardSource {
  readonly batchInfoName = 'DDBStreamBatchInfo';
  readonly #client: DynamoDBStreamsClient;
  readonly #streamArn: string;

  constructor(client: DynamoDBStreamsClient, streamArn: string) {
    this.#client = client;
    this.#streamArn = streamArn;
  }

  async listShards(signal?: AbortSignal): Promise<readonly Shard[]> {
    const shards: Shard[] = [];
    let last: string | undefined;
    do {
      const command = new DescribeStreamCommand({
        StreamArn: this.#streamArn,
        ...(last && { ExclusiveStartShardId: last }),
      });
      const { StreamDescription: page } = await this.#client.send(command, withSignal(signal));
      for (const { ShardId: id = '', ParentShardId: parent } of page?.Shards ?? []) {
        shards.push({ id, parents: parent ? [parent] : [] });
      }
      last = page?.LastEvaluatedShardId;
    } while (last !== undefined);
    return shards;
  }

  async getIterator(shardId: string, position: Position, signal?: AbortSignal): Promise<string> {
    if (position.type === 'AT_TIMESTAMP') {
      throw new TypeError('DynamoDB streams have no AT_TIMESTAMP iterators');
    }
    const command = new GetShardIteratorCommand({
      StreamArn: this.#streamArn,
      ShardId: shardId,
      ShardIteratorType: position.type,
      ...('sequenceNumber' in position && { SequenceNumber: position.sequenceNumber }),
    });
    const answer = await this.#client.send(command, withSignal(signal)).catch(rethrowStreamError);
    return answer.ShardIterator ?? '';
  }

  async getRecords(_shardId: string, iterator: string, signal?: AbortSignal): Promise<Page> {
    const command = new GetRecordsCommand({ ShardIterator: iterator, Limit: LIMIT });
    const page = await this.#client.send(command, withSignal(signal)).catch(rethrowStreamError);
    return {
      records: (page.Records ?? []).map((record) => dynamoDbRecord(record, this.#streamArn)),
      nextIterator: page.NextShardIterator,
      behindMs: 0,
    };
  }
}

function withSignal(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal ? { abortSignal: signal } : {};
}
