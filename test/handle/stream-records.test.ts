import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeStreamEvent } from '../../lib/handle/stream-records.ts';
import { changeRecord, changeSequence } from '../support/stream-records.ts';

const key = { pk: 'views|home', sk: 's' };
const item = { pk: { S: key.pk }, sk: { S: key.sk }, n: { N: '1' } };
const good = changeRecord(1, 'INSERT', key, item);

describe('decodeStreamEvent', () => {
  it('gives the changes in order, each with its item after it', () => {
    const { changes, quarantined } = decodeStreamEvent({
      Records: [good, changeRecord(2, 'MODIFY', key, item), changeRecord(3, 'REMOVE', key)],
    });

    expect(quarantined).toEqual([]);
    expect(changes).toEqual([
      { name: 'INSERT', key, item, sequence: changeSequence(1) },
      { name: 'MODIFY', key, item, sequence: changeSequence(2) },
      { name: 'REMOVE', key, item: undefined, sequence: changeSequence(3) },
    ]);
  });

  it.each<[what: string, record: unknown, reason: string]>([
    ['of Kinesis', { ...good, eventSource: 'aws:kinesis' }, 'unknown-source'],
    ['that is null', null, 'unknown-source'],
    ['that is text', 'record', 'unknown-source'],
    ['of an unknown name', { ...good, eventName: 'REPLACE' }, 'not-a-record'],
    ['without a change', { ...good, dynamodb: undefined }, 'not-a-record'],
    ['with null for a change', { ...good, dynamodb: null }, 'not-a-record'],
    ['of other keys', { ...good, dynamodb: { ...good.dynamodb, Keys: { id: { S: '1' } } } }, 'not-a-record'],
    [
      'of keys in numbers',
      { ...good, dynamodb: { ...good.dynamodb, Keys: { pk: { S: 1 }, sk: { S: 's' } } } },
      'not-a-record',
    ],
    ['without a sequence number', { ...good, dynamodb: { Keys: good.dynamodb.Keys } }, 'not-a-record'],
  ])('sets a record aside %s, and lets those beside it go on', (_what, record, reason) => {
    const { changes, quarantined } = decodeStreamEvent({ Records: [record, good] });

    expect(changes).toHaveLength(1);
    expect(quarantined).toMatchObject([{ reason }]);
    expect(JSON.parse(Buffer.from(quarantined[0]!.bytes).toString())).toEqual(
      JSON.parse(JSON.stringify(record)),
    );
  });

  it.each<[unknown, string]>([
    [{}, 'unknown-source'],
    [undefined, 'unknown-source'],
    ['ping', 'unknown-source'],
    [{ Records: [] }, 'empty-event'],
  ])('sets an event without records aside: %j', (event, reason) => {
    expect(decodeStreamEvent(event)).toMatchObject({ changes: [], quarantined: [{ reason }] });
  });

  it('never throws and loses no record, whatever stands in the event', () => {
    const loose = fc.record(
      {
        eventSource: fc.constant('aws:dynamodb'),
        eventName: fc.oneof(fc.constant('INSERT'), fc.jsonValue()),
        dynamodb: fc.oneof(
          fc.jsonValue(),
          fc.record({
            Keys: fc.oneof(fc.jsonValue(), fc.record({ pk: fc.jsonValue(), sk: fc.jsonValue() })),
          }),
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(loose, fc.jsonValue()), { minLength: 1 }), (records) => {
        const { changes, quarantined } = decodeStreamEvent({ Records: records });

        expect(changes.length + quarantined.length).toBe(records.length);
      }),
    );
  });
});
