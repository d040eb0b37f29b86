import type { StreamRecord } from '../../../lib/esm/index.ts';

/** A Kinesis record as Lambda hands it on, with these bytes. */
export function kinesisRecord(data: string | Uint8Array, partitionKey = '1'): StreamRecord {
  const sequenceNumber = '49590338271490256608559692538361571095921575989136588898';
  const event = {
    kinesis: {
      kinesisSchemaVersion: '1.0',
      partitionKey,
      sequenceNumber,
      data: Buffer.from(data).toString('base64'),
      approximateArrivalTimestamp: 1_545_084_650.987,
    },
    eventSource: 'aws:kinesis',
    eventVersion: '1.0',
    eventID: `shardId-000000000006:${sequenceNumber}`,
    eventName: 'aws:kinesis:record',
    invokeIdentityArn: 'arn:aws:iam::123456789012:role/lambda-role',
    awsRegion: 'us-east-2',
    eventSourceARN: 'arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream',
  };
  return { sequenceNumber, arrivalMs: 1_545_084_650_987, orderKey: partitionKey, event, bytes: 1_000 };
}

/** A change of an item as Lambda hands it on. */
export function changeRecord(eventName: string, dynamodb: object): StreamRecord {
  const event = {
    eventID: '1',
    eventName,
    eventVersion: '1.0',
    eventSource: 'aws:dynamodb',
    awsRegion: 'us-east-2',
    dynamodb: { SequenceNumber: '111', SizeBytes: 26, StreamViewType: 'NEW_AND_OLD_IMAGES', ...dynamodb },
    eventSourceARN: 'arn:aws:dynamodb:us-east-2:123456789012:table/t/stream/2024-01-01T00:00:00.000',
  };
  return { sequenceNumber: '111', arrivalMs: 1_678_831_218_000, orderKey: '', event, bytes: 1_000 };
}
