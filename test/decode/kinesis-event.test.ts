import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeKinesisEvent } from '../../lib/decode/kinesis-event.ts';
import { data, kinesisRecord, LANE, sequence, SHARD, STREAM } from '../support/kinesis.ts';

const good = kinesisRecord(1, { page: 'home' }, { arrival: 1_545_084_650_987 });

describe('the records of a Kinesis event', () => {
  it('come in one lane, in order, with what the fold and quarantine need', () => {
    const { lanes, quarantined } = decodeKinesisEvent({
      Records: [good, kinesisRecord(2, { page: 'cart' })],
    });

    expect(quarantined).toEqual([]);
    expect(lanes).toEqual([
      {
        lane: LANE,
        source: STREAM,
        shard: SHARD,
        records: [
          { sequence: sequence(1), arrival: 1_545_084_650_987, data: data({ page: 'home' }) },
          { sequence: sequence(2), arrival: undefined, data: data({ page: 'cart' }) },
        ],
      },
    ]);
  });

  it('come in a lane for each shard', () => {
    const other = 'shardId-000000000007';
    const records = [good, kinesisRecord(5, {}, { shard: other }), kinesisRecord(2, {})];

    const { lanes } = decodeKinesisEvent({ Records: records });

    expect(lanes.map(({ lane, records }) => [lane, records.map((record) => record.sequence)])).toEqual([
      [LANE, [sequence(1), sequence(2)]],
      [`views/${other}`, [sequence(5)]],
    ]);
  });

  it('come in the lane of the stream, through whichever consumer it is read', () => {
    const consumer = `${STREAM}/consumer/fan-out:1545084650`;

    const { lanes } = decodeKinesisEvent({ Records: [{ ...good, eventSourceARN: consumer }] });

    expect(lanes.map(({ lane, source }) => [lane, source])).toEqual([[LANE, consumer]]);
  });

  it('need not hold JSON: whoever folds them decodes the data', () => {
    const { lanes } = decodeKinesisEvent({ Records: [kinesisRecord(1, Buffer.of(0xff))] });

    expect(lanes[0]?.records[0]?.data).toBe('/w==');
  });
});

const lacking = (change: Record<string, unknown>) => ({ ...good, ...change });
const kinesis = (change: Record<string, unknown>) => lacking({ kinesis: { ...good.kinesis, ...change } });

describe.each<[what: string, record: unknown, reason: string, detail: string]>([
  [
    'of SQS',
    { eventSource: 'aws:sqs', body: '{}' },
    'unknown-source',
    'comes from "aws:sqs", not from aws:kinesis',
  ],
  ['of nowhere', { body: '{}' }, 'unknown-source', 'comes from undefined'],
  ['that is null', null, 'unknown-source', 'comes from undefined'],
  ['that is text', 'record', 'unknown-source', 'comes from undefined'],
  ['without kinesis', lacking({ kinesis: undefined }), 'not-a-record', 'lacks kinesis.data'],
  ['with null for kinesis', lacking({ kinesis: null }), 'not-a-record', 'lacks kinesis.data'],
  ['without data', kinesis({ data: undefined }), 'not-a-record', 'lacks kinesis.data'],
  ['with data of another type', kinesis({ data: [1] }), 'not-a-record', 'lacks kinesis.data'],
  [
    'without a sequence number',
    kinesis({ sequenceNumber: undefined }),
    'not-a-record',
    'decimal kinesis.sequenceNumber',
  ],
  ['with a sequence number in words', kinesis({ sequenceNumber: 'LATEST' }), 'not-a-record', 'decimal'],
  ['with a sequence number as a number', kinesis({ sequenceNumber: 7 }), 'not-a-record', 'decimal'],
  ['without an event id', lacking({ eventID: undefined }), 'not-a-record', 'an eventID of shard:sequence'],
  [
    'with an event id without a shard',
    lacking({ eventID: '495903' }),
    'not-a-record',
    'an eventID of shard:sequence',
  ],
  ['without an ARN', lacking({ eventSourceARN: undefined }), 'not-a-record', 'an eventID of shard:sequence'],
])('a record %s', (_what, record, reason, detail) => {
  it('is set aside whole with the reason, and those beside it go on', () => {
    const { lanes, quarantined } = decodeKinesisEvent({ Records: [record, good] });

    expect(lanes.map((lane) => lane.records.length)).toEqual([1]);
    expect(quarantined).toMatchObject([{ reason, detail: expect.stringContaining(detail) as unknown }]);
    expect(JSON.parse(Buffer.from(quarantined[0]!.bytes).toString())).toEqual(
      JSON.parse(JSON.stringify(record)),
    );
  });
});

describe('the origin of a record that was set aside', () => {
  it('is its ARN', () => {
    const { quarantined } = decodeKinesisEvent({ Records: [kinesis({ data: 1 })] });

    expect(quarantined[0]?.origin).toEqual({ source: STREAM });
  });

  it('is the invocation where it has none', () => {
    expect(decodeKinesisEvent({ Records: [null] }).quarantined[0]?.origin).toEqual({ source: 'invocation' });
  });
});

describe.each<[what: string, event: unknown, reason: string]>([
  ['without records', { detail: {} }, 'unknown-source'],
  ['with records that are no list', { Records: {} }, 'unknown-source'],
  ['with no record', { Records: [] }, 'empty-event'],
  ['that is missing', undefined, 'unknown-source'],
  ['that is null', null, 'unknown-source'],
  ['that is text', 'ping', 'unknown-source'],
])('an event %s', (_what, event, reason) => {
  it('is set aside whole', () => {
    const { lanes, quarantined } = decodeKinesisEvent(event);

    expect(lanes).toEqual([]);
    expect(quarantined).toMatchObject([{ reason, origin: { source: 'invocation' } }]);
    expect(Buffer.from(quarantined[0]!.bytes).toString()).toBe(
      event === undefined ? 'undefined' : JSON.stringify(event),
    );
  });
});

it('never throws and loses no record, whatever stands in the event', () => {
  const loose = fc.record(
    {
      eventSource: fc.oneof(fc.constant('aws:kinesis'), fc.jsonValue()),
      eventSourceARN: fc.oneof(fc.constant(STREAM), fc.jsonValue()),
      eventID: fc.oneof(fc.constant(`${SHARD}:1`), fc.jsonValue()),
      kinesis: fc.oneof(
        fc.jsonValue(),
        fc.record(
          {
            data: fc.oneof(fc.base64String(), fc.jsonValue()),
            sequenceNumber: fc.oneof(fc.stringMatching(/^\d{1,56}$/), fc.jsonValue()),
            approximateArrivalTimestamp: fc.jsonValue(),
          },
          { requiredKeys: [] },
        ),
      ),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(loose, fc.jsonValue()), { minLength: 1 }), (records) => {
      const { lanes, quarantined } = decodeKinesisEvent({ Records: records });

      const sorted = lanes.reduce((sum, lane) => sum + lane.records.length, 0);
      expect(sorted + quarantined.length).toBe(records.length);
    }),
  );
  fc.assert(
    fc.property(fc.jsonValue(), (event) => {
      expect(() => decodeKinesisEvent(event)).not.toThrow();
    }),
  );
});
