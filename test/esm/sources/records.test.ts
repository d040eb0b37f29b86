import { describe, expect, test } from 'vitest';
import { dynamoDbRecord } from '../../../lib/esm/sources/dynamodb-event.ts';
import { kinesisRecord } from '../../../lib/esm/sources/kinesis-event.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);

describe('kinesisRecord', () => {
  const record = kinesisRecord(
    {
      SequenceNumber: '4959',
      PartitionKey: 'ключ',
      Data: bytes(0, 255, 104, 105),
      ApproximateArrivalTimestamp: new Date(1_545_084_650_987),
    },
    {
      shardId: 'shardId-000000000006',
      eventSourceArn: 'arn:aws:kinesis:us-east-2:123456789012:stream/s',
      region: 'us-east-2',
      invokeIdentityArn: 'arn:aws:iam::123456789012:role/r',
    },
  );

  test('has the form of Lambda', () => {
    expect(record.event).toEqual({
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: 'ключ',
        sequenceNumber: '4959',
        data: 'AP9oaQ==',
        approximateArrivalTimestamp: 1_545_084_650.987,
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: 'shardId-000000000006:4959',
      eventName: 'aws:kinesis:record',
      invokeIdentityArn: 'arn:aws:iam::123456789012:role/r',
      awsRegion: 'us-east-2',
      eventSourceARN: 'arn:aws:kinesis:us-east-2:123456789012:stream/s',
    });
  });

  test('knows its size in the payload', () => {
    expect(record.bytes).toBe(Buffer.byteLength(JSON.stringify(record.event)));
    expect(record.bytes).toBeGreaterThan(JSON.stringify(record.event).length);
  });
});

describe('dynamoDbRecord', () => {
  const ARN = 'arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2024-01-01T00:00:00.000';
  const change = {
    eventID: 'e1',
    eventName: 'MODIFY' as const,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'us-east-1',
    dynamodb: {
      ApproximateCreationDateTime: new Date(1_700_000_000_000),
      Keys: { pk: { S: 'a' } },
      NewImage: {
        pk: { S: 'a' },
        n: { N: '12345678901234567890' },
        no: { NULL: true as const },
        yes: { BOOL: false },
        blob: { B: bytes(1, 2, 3) },
        blobs: { BS: [bytes(1), bytes(2)] },
        words: { SS: ['x', 'y'] },
        deep: { M: { list: { L: [{ B: bytes() }, { N: '1' }] } } },
      },
      SequenceNumber: '111',
      SizeBytes: 26,
      StreamViewType: 'NEW_IMAGE' as const,
    },
  };

  test('has the form of Lambda, binary as base64 at any depth', () => {
    expect(dynamoDbRecord(change, ARN).event).toEqual({
      eventID: 'e1',
      eventName: 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      dynamodb: {
        ApproximateCreationDateTime: 1_700_000_000,
        Keys: { pk: { S: 'a' } },
        NewImage: {
          pk: { S: 'a' },
          n: { N: '12345678901234567890' },
          no: { NULL: true },
          yes: { BOOL: false },
          blob: { B: 'AQID' },
          blobs: { BS: ['AQ==', 'Ag=='] },
          words: { SS: ['x', 'y'] },
          deep: { M: { list: { L: [{ B: '' }, { N: '1' }] } } },
        },
        SequenceNumber: '111',
        SizeBytes: 26,
        StreamViewType: 'NEW_IMAGE',
      },
      eventSourceARN: ARN,
    });
  });

  test('tells in lower case that the service deleted the item', () => {
    const userIdentity = { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' };
    expect(dynamoDbRecord({ ...change, userIdentity }, ARN).event).toMatchObject({
      userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
    });
  });
});
