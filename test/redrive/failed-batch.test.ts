import { describe, expect, it } from 'vitest';
import { failureMessage, type Discarded } from '../../lib/esm/failure-message.ts';
import { FailedBatchError, readFailedBatch } from '../../lib/redrive/failed-batch.ts';
import { SHARD, STREAM } from '../support/kinesis.ts';

const discarded: Discarded = {
  records: ['7', '8', '9'].map((sequenceNumber) => ({
    sequenceNumber,
    arrivalMs: 1_500,
    orderKey: '',
    event: {},
    bytes: 1,
  })),
  condition: 'RetryAttemptsExhausted',
  failures: 3,
  requestId: 'r',
  functionError: 'Unhandled',
  shardId: SHARD,
  streamArn: STREAM,
  functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:weir-dev-aggregate',
  batchInfoName: 'KinesisBatchInfo',
  nowMs: 9_000,
};
const message = failureMessage(discarded);
const batch = {
  source: 'kinesis',
  streamArn: STREAM,
  shardId: SHARD,
  first: '7',
  last: '9',
  records: 3,
  functionArn: discarded.functionArn,
  condition: 'RetryAttemptsExhausted',
  arrived: '1970-01-01T00:00:01.500Z',
};

describe('readFailedBatch', () => {
  it('reads what Lambda sends to a queue', () => {
    expect(readFailedBatch(JSON.stringify(message))).toEqual(batch);
  });

  it('tells a table’s stream from the event stream', () => {
    const ofTable = failureMessage({ ...discarded, batchInfoName: 'DDBStreamBatchInfo' });

    expect(readFailedBatch(JSON.stringify(ofTable))).toEqual({ ...batch, source: 'dynamodb' });
  });

  it('reads what comes by way of a topic', () => {
    const envelope = { Type: 'Notification', TopicArn: 'arn', Message: JSON.stringify(message) };

    expect(readFailedBatch(JSON.stringify(envelope))).toEqual(batch);
  });

  it('reads what an object holds, with the payload beside it', () => {
    expect(readFailedBatch(JSON.stringify({ ...message, payload: '{"Records":[]}' }))).toEqual(batch);
  });

  it('names the object that a bucket tells of, by a topic too', () => {
    const object = { key: 'aws/lambda/a+b/%5B1%5D.json', size: 9 };
    const notification = JSON.stringify({ Records: [{ s3: { bucket: { name: 'failures' }, object } }] });
    const expected = { bucket: 'failures', key: 'aws/lambda/a b/[1].json' };

    expect(readFailedBatch(notification)).toEqual(expected);
    expect(readFailedBatch(JSON.stringify({ Message: notification }))).toEqual(expected);
  });

  it('does without what it does not need', () => {
    const { streamArn, shardId, startSequenceNumber, endSequenceNumber } = message.KinesisBatchInfo!;
    const bare = { KinesisBatchInfo: { streamArn, shardId, startSequenceNumber, endSequenceNumber } };

    expect(readFailedBatch(JSON.stringify(bare))).toEqual({
      ...batch,
      records: 0,
      functionArn: '',
      condition: '',
      arrived: '',
    });
  });

  it.each([
    ['text', 'hello', /not JSON/],
    ['a list', '[]', /not a JSON object/],
    ['another message', '{"Records":[]}', /neither KinesisBatchInfo nor DDBStreamBatchInfo/],
    ['a bucket’s test', '{"Event":"s3:TestEvent"}', /neither/],
    [
      'a message without a range',
      '{"KinesisBatchInfo":{"streamArn":"a","shardId":"b"}}',
      /startSequenceNumber/,
    ],
  ])('refuses %s', (_, body, reason) => {
    expect(() => readFailedBatch(body)).toThrow(FailedBatchError);
    expect(() => readFailedBatch(body)).toThrow(reason);
  });
});
