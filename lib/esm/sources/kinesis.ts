import { GetRecordsCommand, GetShardIteratorCommand, type KinesisClient } from '@aws-sdk/client-kinesis';
import type { Arn } from '../arn.ts';
import { rethrowStreamError } from './errors.ts';
import { kinesisRecord } from './kinesis-event.ts';
import { listKinesisShards, withSignal } from './kinesis-shards.ts';
import type { Page, Position, Shard, ShardSource } from './source.ts';

/**
 * Records asked for at once: 10,000 is Kinesis's own limit, but an embedded server builds the whole answer in memory
 * without Kinesis's 10 MB bound, so no more than a batch needs.
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
 */
const LEAST_LIMIT = 1_000;
const MOST_LIMIT = 10_000;

/** A Kinesis data stream, read by shared throughput. */
export class KinesisSource implements ShardSource {
  readonly batchInfoName = 'KinesisBatchInfo';
  readonly #client: KinesisClient;
  readonly #arn: Arn;
  readonly #streamName: string;
  readonly #invokeIdentityArn: string;
  readonly #limit: number;

  /** @param options `atOnce`: records of a page, instead of as many as make a batch */
  constructor(
    client: KinesisClient,
    arn: Arn,
    options: { invokeIdentityArn: string; batchSize: number; atOnce?: number },
  ) {
    this.#client = client;
    this.#arn = arn;
    // By name: kinesalite knows no StreamARN parameter.
    this.#streamName = arn.resource.slice('stream/'.length);
    this.#invokeIdentityArn = options.invokeIdentityArn;
    this.#limit = options.atOnce ?? Math.min(MOST_LIMIT, Math.max(LEAST_LIMIT, options.batchSize));
  }

  listShards(signal?: AbortSignal): Promise<readonly Shard[]> {
    return listKinesisShards(this.#client, this.#streamName, signal);
  }

  async getIterator(shardId: string, position: Position, signal?: AbortSignal): Promise<string> {
    const command = new GetShardIteratorCommand({
      StreamName: this.#streamName,
      ShardId: shardId,
      ShardIteratorType: position.type,
      ...('sequenceNumber' in position && { StartingSequenceNumber: position.sequenceNumber }),
      ...(position.type === 'AT_TIMESTAMP' && { Timestamp: new Date(position.timestampMs) }),
    });
    const answer = await this.#client.send(command, withSignal(signal));
    return answer.ShardIterator ?? '';
  }

  async getRecords(shardId: string, iterator: string, signal?: AbortSignal): Promise<Page> {
    const command = new GetRecordsCommand({ ShardIterator: iterator, Limit: this.#limit });
    const page = await this.#client.send(command, withSignal(signal)).catch(rethrowStreamError);
    const context = {
      shardId,
      eventSourceArn: this.#arn.text,
      region: this.#arn.region,
      invokeIdentityArn: this.#invokeIdentityArn,
    };
    return {
      records: (page.Records ?? []).map((record) => kinesisRecord(record, context)),
      nextIterator: page.NextShardIterator,
      behindMs: page.MillisBehindLatest ?? 0,
    };
  }
}
