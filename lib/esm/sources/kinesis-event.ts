import type { _Record } from '@aws-sdk/client-kinesis';
import type { StreamRecord } from './source.ts';

/** What a record of Kinesis does not know of itself. */
export interface KinesisEventContext {
  readonly shardId: string;
  /** The stream's, or the consumer's that it is read through. */
  readonly eventSourceArn: string;
  readonly region: string;
  /** The role that the function is invoked with. */
  readonly invokeIdentityArn: string;
}

/**
 * Makes the event record that Lambda makes of a Kinesis record.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html, "Example event"
 */
export function kinesisRecord(record: _Record, context: KinesisEventContext): StreamRecord {
  const { SequenceNumber: sequenceNumber = '', PartitionKey: orderKey = '', Data } = record;
  const arrivalMs = record.ApproximateArrivalTimestamp?.getTime() ?? 0;
  const event = {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey: orderKey,
      sequenceNumber,
      data: base64(Data ?? new Uint8Array()),
      approximateArrivalTimestamp: arrivalMs / 1_000,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `${context.shardId}:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: context.invokeIdentityArn,
    awsRegion: context.region,
    eventSourceARN: context.eventSourceArn,
  };
  return { sequenceNumber, arrivalMs, orderKey, event, bytes: Buffer.byteLength(JSON.stringify(event)) };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
