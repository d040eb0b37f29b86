import { describe, expect, it } from 'vitest';
import { quarantineMessages } from '../../lib/quarantine/message.ts';
import { describeFailure, describeQuarantined } from '../../lib/redrive/describe.ts';
import { sequence, SHARD, STREAM } from '../support/kinesis.ts';

const failure = (info: object): string =>
  JSON.stringify({
    requestContext: {
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:weir-dev-aggregate',
      condition: 'RecordAgeExceeded',
    },
    KinesisBatchInfo: {
      streamArn: STREAM,
      shardId: SHARD,
      startSequenceNumber: '7',
      endSequenceNumber: '9',
      approximateArrivalOfFirstRecord: '2024-01-01T00:00:00Z',
      batchSize: 3,
      ...info,
    },
  });

describe('describeFailure', () => {
  it('names the range, its age, and why it was given up', () => {
    expect(describeFailure(failure({}))).toEqual({
      what: '3 records of stream/views',
      where: `${SHARD} 7–9`,
      when: '2024-01-01T00:00:00Z',
      why: 'RecordAgeExceeded by weir-dev-aggregate',
    });
    expect(describeFailure(failure({ endSequenceNumber: '7', batchSize: 1 }))).toMatchObject({
      what: '1 record of stream/views',
      where: `${SHARD} 7`,
    });
  });

  it.each([-2, 0, 1.5, 'many'])('counts no records that cannot be: %s', (batchSize) => {
    expect(describeFailure(failure({ batchSize }))).toMatchObject({ what: 'records of stream/views' });
  });

  it('says that a range is reversed', () => {
    const reversed = { startSequenceNumber: '10', endSequenceNumber: '9' };

    expect(describeFailure(failure(reversed))).toMatchObject({
      where: `${SHARD} 10–9, which ends before it begins`,
    });
  });

  it('names the object that holds the message', () => {
    const body = JSON.stringify({ Records: [{ s3: { bucket: { name: 'b' }, object: { key: 'k' } } }] });

    expect(describeFailure(body)).toMatchObject({ where: 's3://b/k' });
  });

  it('says what cannot be read', () => {
    expect(describeFailure('hello')).toMatchObject({
      what: 'unreadable',
      why: expect.stringContaining('not JSON') as unknown,
    });
  });
});

describe('describeQuarantined', () => {
  it('names the record and the reason', () => {
    const [message] = quarantineMessages({
      reason: 'wrong-schema',
      detail: 'no page',
      origin: { source: STREAM, shard: SHARD, sequence: sequence(1), subSequence: 2 },
      bytes: Buffer.from('{}'),
    });

    expect(describeQuarantined(JSON.stringify(message))).toEqual({
      what: 'wrong-schema, 2 bytes',
      where: `stream/views ${SHARD} ${sequence(1)} 2`,
      when: '',
      why: 'no page',
    });
  });

  it('names the window that a derived aggregate refused', () => {
    const window = '2024-01-01T00:00:00.000Z/2024-01-01T00:05:00.000Z';
    const [message] = quarantineMessages({
      reason: 'author-error',
      detail: 'a function of the pipeline threw RangeError: too many',
      origin: { source: 'perPage', key: 'home', window, refusedBy: 'busiest' },
      bytes: Buffer.from('{}'),
    });

    expect(describeQuarantined(JSON.stringify(message)).where).toBe(`perPage home ${window} busiest`);
  });

  it('says which part of a big record it is', () => {
    const [, second] = quarantineMessages({
      reason: 'not-json',
      detail: '',
      origin: { source: 'invocation' },
      bytes: Buffer.alloc(200 * 1024),
    });

    expect(describeQuarantined(JSON.stringify(second))).toMatchObject({
      what: 'not-json, 204800 bytes, part 2 of 2',
      where: 'invocation',
    });
  });

  it('says what cannot be read', () => {
    expect(describeQuarantined('{}')).toMatchObject({ what: 'unreadable' });
  });
});
