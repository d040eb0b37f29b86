import {
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListShardsCommand,
  type KinesisClient,
  type _Record,
} from '@aws-sdk/client-kinesis';
import {
  ExpiredIterator,
  type Page,
  type Position,
  type Shard,
  type ShardRecord,
  type ShardSource,
} from '../source.ts';

// The most that GetRecords gives: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
const MOST_RECORDS = 10_000;

/** A Kinesis stream. */
export class KinesisSource implements ShardSource {
  readonly #client: KinesisClient;
  readonly #arn: string;
  readonly #roleArn: string;

  /** @param roleArn the function's role, as it stands in each record */
  constructor(client: KinesisClient, streamArn: string, roleArn: string) {
    this.#client = client;
    this.#arn = streamArn;
    this.#roleArn = roleArn;
  }

  get #name(): string {
    return this.#arn.slice(this.#arn.indexOf('/') + 1);
  }

  async shards(): Promise<Shard[]> {
    const shards: Shard[] = [];
    let token: string | undefined;
    do {
      const page = await this.#client.send(
        new ListShardsCommand(token === undefined ? { StreamName: this.#name } : { NextToken: token }),
      );
      for (const { ShardId: id, ParentShardId: parent, AdjacentParentShardId: adjacent } of page.Shards ??
        []) {
        if (id !== undefined)
          shards.push({ id, parents: [parent, adjacent].filter((name) => name !== undefined) });
      }
      token = page.NextToken;
    } while (token !== undefined);
    return shards;
  }

  async iterator(shard: string, position: Position): Promise<string> {
    const { ShardIterator: iterator } = await this.#client.send(
      new GetShardIteratorCommand({
        StreamName: this.#name,
        ShardId: shard,
        ShardIteratorType: position.type,
        ...(position.type === 'AFTER_SEQUENCE_NUMBER' ? { StartingSequenceNumber: position.sequence } : {}),
        ...(position.type === 'AT_TIMESTAMP' ? { Timestamp: new Date(position.time) } : {}),
      }),
    );
    return iterator ?? '';
  }

  async read(shard: string, iterator: string): Promise<Page> {
    try {
      const page = await this.#client.send(
        new GetRecordsCommand({ ShardIterator: iterator, Limit: MOST_RECORDS }),
      );
      return {
        records: (page.Records ?? []).map((record) => this.#toRecord(shard, record)),
        next: page.NextShardIterator,
      };
    } catch (error) {
      if (error instanceof ExpiredIteratorException) throw new ExpiredIterator(error.message);
      throw error;
    }
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html */
  #toRecord(shard: string, record: _Record): ShardRecord {
    const sequence = record.SequenceNumber ?? '';
    const arrival = record.ApproximateArrivalTimestamp?.getTime() ?? 0;
    const bytes = record.Data ?? new Uint8Array();
    const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
    const payload = {
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: record.PartitionKey,
        sequenceNumber: sequence,
        data,
        approximateArrivalTimestamp: arrival / 1000,
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: `${shard}:${sequence}`,
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: this.#roleArn,
      awsRegion: this.#arn.split(':')[3],
      eventSourceARN: this.#arn,
    };
    return { sequence, arrival, bytes: data.length + ENVELOPE_BYTES + 2 * this.#arn.length, payload };
  }
}

// What a record takes beside its data, ARN and role: names, sequence number twice, partition key.
const ENVELOPE_BYTES = 600;
