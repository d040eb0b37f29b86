import { RecordAggregator } from 'aws-kinesis-agg/lib/kpl-agg.js';
import type { LaneBatch, StreamRecord } from '../../lib/decode/record.ts';

export const STREAM = 'arn:aws:kinesis:us-east-1:000000000000:stream/views';
export const SHARD = 'shardId-000000000000';
export const LANE = `views/${SHARD}`;

const FIRST_SEQUENCE = 49_590_338_271_490_256_608_559_692_538_361_571_095_921_575_989_136_588_898n;

/** The nth sequence number of a shard: 56 digits, as Kinesis gives them. */
export function sequence(n: number): string {
  return String(FIRST_SEQUENCE + BigInt(n));
}

/** The data of a record: a value as JSON, or bytes as they are. */
export function data(content: unknown): string {
  return (Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content))).toString('base64');
}

/** The nth record of a shard, as the fold takes it. */
export function streamRecord(n: number, content: unknown, arrival?: number): StreamRecord {
  return { sequence: sequence(n), arrival, data: data(content) };
}

/** Records of one lane. */
export function laneBatch(records: readonly StreamRecord[]): LaneBatch {
  return { lane: LANE, source: STREAM, shard: SHARD, records };
}

/** The nth record of a shard, as it stands in a Lambda event. */
export function kinesisRecord(
  n: number,
  content: unknown,
  { shard = SHARD, arrival }: { readonly shard?: string; readonly arrival?: number } = {},
) {
  return {
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `${shard}:${sequence(n)}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: 'arn:aws:iam::000000000000:role/aggregate',
    awsRegion: 'us-east-1',
    eventSourceARN: STREAM,
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: 'any',
      sequenceNumber: sequence(n),
      data: data(content),
      ...(arrival === undefined ? {} : { approximateArrivalTimestamp: arrival / 1000 }),
    },
  };
}

/** The bytes of a Kinesis record into which the KPL aggregated contents, one at least. */
export function kplBytes(contents: readonly unknown[], options: { readonly hashKey?: string } = {}): Buffer {
  const aggregator = new RecordAggregator();
  for (const [i, content] of contents.entries()) {
    aggregator.addUserRecord({
      partitionKey: `key ${i}`,
      ...(options.hashKey === undefined ? {} : { explicitHashKey: options.hashKey }),
      data: Buffer.from(data(content), 'base64'),
    });
  }
  const record = aggregator.build();
  if (record === undefined) throw new RangeError('the KPL makes no record of nothing');
  return record.data;
}

/** The nth record of a shard, aggregated by the KPL from contents, as it stands in a Lambda event. */
export function kplKinesisRecord(
  n: number,
  contents: readonly unknown[],
  options: { readonly shard?: string; readonly arrival?: number; readonly hashKey?: string } = {},
) {
  return kinesisRecord(n, kplBytes(contents, options), options);
}
