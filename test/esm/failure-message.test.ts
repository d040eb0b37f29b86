import { describe, expect, test } from 'vitest';
import type { Discarded } from '../../lib/esm/failure-message.ts';
import { failureMessage } from '../../lib/esm/failure-message.ts';

const record = (sequenceNumber: string, arrivalMs: number) => ({
  sequenceNumber,
  arrivalMs,
  orderKey: '',
  event: {},
  bytes: 1,
});
const DISCARDED: Discarded = {
  records: [
    record('7', Date.UTC(2019, 10, 14, 0, 38, 4, 835)),
    record('9', Date.UTC(2019, 10, 14, 0, 38, 5)),
  ],
  condition: 'RetryAttemptsExhausted',
  failures: 3,
  requestId: 'c9b8fa9f',
  functionError: 'Unhandled',
  shardId: 'shardId-000000000001',
  streamArn: 'arn:aws:kinesis:us-east-2:123456789012:stream/mystream',
  functionArn: 'arn:aws:lambda:us-east-2:123456789012:function:myfunction',
  batchInfoName: 'KinesisBatchInfo',
  nowMs: Date.UTC(2019, 10, 14, 0, 38, 6, 21),
};

describe('failureMessage', () => {
  test('has the form that AWS documents', () => {
    expect(failureMessage(DISCARDED)).toEqual({
      requestContext: {
        requestId: 'c9b8fa9f',
        functionArn: DISCARDED.functionArn,
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 3,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: '2019-11-14T00:38:06.021Z',
      KinesisBatchInfo: {
        shardId: 'shardId-000000000001',
        startSequenceNumber: '7',
        endSequenceNumber: '9',
        approximateArrivalOfFirstRecord: '2019-11-14T00:38:04.835Z',
        approximateArrivalOfLastRecord: '2019-11-14T00:38:05Z',
        batchSize: 2,
        streamArn: DISCARDED.streamArn,
      },
    });
  });

  test('tells of no response, and counts one more invocation, for records that grew too old', () => {
    const message = failureMessage({ ...DISCARDED, condition: 'RecordAgeExceeded', failures: 0 });
    expect(message.requestContext).toMatchObject({
      condition: 'RecordAgeExceeded',
      approximateInvokeCount: 1,
    });
    expect(message).not.toHaveProperty('responseContext');
  });

  test('names the batch of a table after its stream', () => {
    const message = failureMessage({ ...DISCARDED, batchInfoName: 'DDBStreamBatchInfo' });
    expect(message.DDBStreamBatchInfo?.batchSize).toBe(2);
    expect(message).not.toHaveProperty('KinesisBatchInfo');
  });
});
