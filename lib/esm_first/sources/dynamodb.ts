import {
  DescribeStreamCommand,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type _Record,
  type AttributeValue,
  type DynamoDBStreamsClient,
} from '@aws-sdk/client-dynamodb-streams';
import {
  ExpiredIterator,
  type Page,
  type Position,
  type Shard,
  type ShardRecord,
  type ShardSource,
} from '../source.ts';

// The most that GetRecords gives:
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html
const MOST_RECORDS = 1_000;

/** The stream of a DynamoDB table. */
export class DynamoDbSource implements ShardSource {
  readonly #client: DynamoDBStreamsClient;
  readonly #arn: string;

  constructor(client: DynamoDBStreamsClient, streamArn: string) {
    this.#client = client;
    this.#arn = streamArn;
  }

  async shards(): Promise<Shard[]> {
    const shards: Shard[] = [];
    let last: string | undefined;
    do {
      const { StreamDescription: page } = await this.#client.send(
        new DescribeStreamCommand({
          StreamArn: this.#arn,
          ...(last === undefined ? {} : { ExclusiveStartShardId: last }),
        }),
      );
      for (const { ShardId: id, ParentShardId: parent } of page?.Shards ?? []) {
        if (id !== undefined) shards.push({ id, parents: parent === undefined ? [] : [parent] });
      }
      last = page?.LastEvaluatedShardId;
    } while (last !== undefined);
    return shards;
  }

  async iterator(shard: string, position: Position): Promise<string> {
    const { ShardIterator: iterator } = await this.#client.send(
      new GetShardIteratorCommand({
        StreamArn: this.#arn,
        ShardId: shard,
        // Streams of tables have no iterator by time, and the settings refuse that position.
        ShardIteratorType: position.type === 'AT_TIMESTAMP' ? 'TRIM_HORIZON' : position.type,
        ...(position.type === 'AFTER_SEQUENCE_NUMBER' ? { SequenceNumber: position.sequence } : {}),
      }),
    );
    return iterator ?? '';
  }

  async read(_shard: string, iterator: string): Promise<Page> {
    try {
      const page = await this.#client.send(
        new GetRecordsCommand({ ShardIterator: iterator, Limit: MOST_RECORDS }),
      );
      return {
        records: (page.Records ?? []).map((record) => this.#toRecord(record)),
        next: page.NextShardIterator,
      };
    } catch (error) {
      if (error instanceof ExpiredIteratorException) throw new ExpiredIterator(error.message);
      throw error;
    }
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
  #toRecord(record: _Record): ShardRecord {
    const { dynamodb: change = {} } = record;
    const arrival = change.ApproximateCreationDateTime?.getTime() ?? 0;
    const payload = {
      eventID: record.eventID,
      eventName: record.eventName,
      eventVersion: record.eventVersion,
      eventSource: record.eventSource,
      awsRegion: record.awsRegion,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(arrival / 1000),
        Keys: toJson(change.Keys),
        ...(change.NewImage === undefined ? {} : { NewImage: toJson(change.NewImage) }),
        ...(change.OldImage === undefined ? {} : { OldImage: toJson(change.OldImage) }),
        SequenceNumber: change.SequenceNumber,
        SizeBytes: change.SizeBytes,
        StreamViewType: change.StreamViewType,
      },
      ...(record.userIdentity === undefined ? {} : { userIdentity: record.userIdentity }),
      eventSourceARN: this.#arn,
    };
    return {
      sequence: change.SequenceNumber ?? '',
      arrival,
      bytes: (change.SizeBytes ?? 0) * 2 + ENVELOPE_BYTES,
      payload,
    };
  }
}

const ENVELOPE_BYTES = 600;

type Json = string | number | boolean | null | undefined | Json[] | { [name: string]: Json };

/** Attribute values as they stand in an event: binary as base64 text, and nothing that is `undefined`. */
function toJson(item: Record<string, AttributeValue> | undefined): Json {
  return item === undefined ? {} : (withBase64(item) as Json);
}

function withBase64(value: unknown): unknown {
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  if (Array.isArray(value)) return value.map(withBase64);
  if (typeof value !== 'object' || value === null) return value;
  const plain: Record<string, unknown> = {};
  for (const [name, part] of Object.entries(value)) {
    if (part !== undefined) plain[name] = withBase64(part);
  }
  return plain;
}
