import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lateMessages, quarantineMessages, type QuarantineMessage } from '../../lib/quarantine/message.ts';
import { SHARD, STREAM } from '../support/kinesis.ts';

const origin = { source: STREAM, shard: SHARD, sequence: '42' };
const rejected = (bytes: Uint8Array, detail = 'Unexpected end') =>
  quarantineMessages({ reason: 'not-json', detail, origin, bytes });

function join(messages: readonly QuarantineMessage[]): Buffer {
  return Buffer.concat(messages.map(({ data }) => Buffer.from(data, 'base64')));
}

describe('quarantineMessages', () => {
  it('says in one message what was wrong with which record', () => {
    expect(rejected(Buffer.from('nope'))).toEqual([
      {
        version: 1,
        id: `${STREAM}:${SHARD}:42`,
        kind: 'quarantined',
        reason: 'not-json',
        detail: 'Unexpected end',
        origin,
        bytes: 4,
        part: 1,
        parts: 1,
        data: 'bm9wZQ==',
      },
    ]);
  });

  it('makes a message of an empty record too', () => {
    expect(rejected(Buffer.of())).toMatchObject([{ bytes: 0, part: 1, parts: 1, data: '' }]);
  });

  it.each([
    [180 * 1024, 1],
    [180 * 1024 + 1, 2],
    [1024 * 1024, 6],
  ])('splits %d bytes into %d parts that join to the record', (size, parts) => {
    const bytes = Buffer.alloc(size, 'weir\u0000');

    const messages = rejected(bytes);

    expect(messages.map(({ part, parts, bytes }) => [part, parts, bytes])).toEqual(
      Array.from({ length: parts }, (_, i) => [i + 1, parts, size]),
    );
    expect(new Set(messages.map(({ id }) => id)).size).toBe(1);
    expect(join(messages).equals(bytes)).toBe(true);
  });

  it('fits into a request of SQS, whatever the detail', () => {
    const detail = fc.string({
      unit: fc.constantFrom('\u0001', '\uD800', '\uFFFF', '"', 'é', '€'),
      minLength: 900,
      maxLength: 3_000,
    });
    fc.assert(
      fc.property(detail, (text) => {
        const [message] = rejected(Buffer.alloc(180 * 1024), text);

        expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(256 * 1024 - 4 * 1024);
      }),
      { numRuns: 20 },
    );
  });

  it('cuts a detail that quotes the record at length', () => {
    const [message] = rejected(Buffer.from('x'), 'x'.repeat(1_001));

    expect(message?.detail).toBe(`${'x'.repeat(1_000)}…`);
  });

  it.each([
    [{ source: 'invocation' }, 'invocation'],
    [{ source: 'flights.ndjson', line: 7 }, 'flights.ndjson:7'],
    [{ source: STREAM, shard: SHARD, sequence: '42', line: 7 }, `${STREAM}:${SHARD}:42:7`],
    [{ source: STREAM, shard: SHARD, sequence: '42', subSequence: 0 }, `${STREAM}:${SHARD}:42:0`],
    [{ source: STREAM, shard: SHARD, sequence: '42', subSequence: 2, line: 7 }, `${STREAM}:${SHARD}:42:2:7`],
  ])('names a record by its origin', (from, id) => {
    expect(
      quarantineMessages({ reason: 'not-json', detail: '', origin: from, bytes: Buffer.of() })[0]?.id,
    ).toBe(id);
  });
});

describe('lateMessages', () => {
  it('says that panes were closed where the lane has had no event time by itself', () => {
    const [message] = lateMessages({ origin, bytes: Buffer.from('{}'), aggregates: ['views'] }, -Infinity);

    expect(message?.detail).toBe('its panes of views were closed: a record before it had closed them');
  });

  it('says which aggregates the record is missing from, and what closed them', () => {
    const watermark = Date.UTC(2024, 0, 1, 10);

    expect(
      lateMessages({ origin, bytes: Buffer.from('{}'), aggregates: ['views', 'visits'] }, watermark),
    ).toMatchObject([
      {
        kind: 'late',
        reason: 'late',
        detail: 'its panes of views, visits were closed: the watermark stood at 2024-01-01T10:00:00.000Z',
        aggregates: ['views', 'visits'],
        data: 'e30=',
      },
    ]);
  });
});
