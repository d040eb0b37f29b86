import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeKinesisEvent } from '../../lib/decode/kinesis-event.ts';
import { MOST_UNPACKED_BYTES } from '../../lib/decode/gzip.ts';
import type { StreamRecord } from '../../lib/decode/record.ts';
import { MOST_EVENTS } from '../../lib/decode/units.ts';
import { isPlain, unpackLines } from '../../lib/decode/unpack.ts';
import { data, kinesisRecord, kplBytes, sequence, streamRecord } from '../support/kinesis.ts';
import { arrayOf, controlMessage, linesOf, logsOf } from '../support/packing.ts';

/** The records that one Kinesis record is for the fold. */
function recordsOf(bytes: Buffer): readonly StreamRecord[] {
  const { lanes, quarantined } = decodeKinesisEvent({
    Records: [kinesisRecord(1, bytes, { arrival: 7000 })],
  });
  expect(quarantined).toEqual([]);
  const [record] = lanes[0]!.records;
  return (record && unpackLines(record)) ?? lanes[0]!.records;
}

/** What each holds, by the place that it has in the record; `whole` for the record as it stands. */
function placesOf(bytes: Buffer): Record<string, string> {
  return Object.fromEntries(
    recordsOf(bytes).map(({ sequence: place, data: content }) => [
      place === sequence(1) ? 'whole' : place.slice(sequence(1).length),
      Buffer.from(content, 'base64').toString(),
    ]),
  );
}

const a = { n: 'a' };
const b = { n: 'b' };
const c = { n: 'c' };
const [A, B, C] = [a, b, c].map((value) => JSON.stringify(value)) as [string, string, string];

describe('a record', () => {
  it.each<[what: string, bytes: Buffer, places: Record<string, string>]>([
    ['one event', Buffer.from(A), { whole: A }],
    ['one event over several lines', Buffer.from('{\n"n":"a"\n}\n'), { whole: '{\n"n":"a"\n}\n' }],
    ['one value that is no object', Buffer.from(' "text"'), { whole: ' "text"' }],
    ['nothing', Buffer.of(), { whole: '' }],
    ['text', Buffer.from('nope\nnope'), { whole: 'nope\nnope' }],
    ['an array', arrayOf(a, b), { '.000000': A, '.000001': B }],
    ['an array of one', arrayOf(a), { '.000000': A }],
    ['an array after white space', Buffer.from(`\r\n [${A}\n,${B}]`), { '.000000': A, '.000001': B }],
    ['an array of arrays', Buffer.from('[[1],[]]'), { '.000000': '[1]', '.000001': '[]' }],
    ['an array that was cut', Buffer.from(`[${A},`), { whole: `[${A},` }],
    ['lines', linesOf(a, b), { '.000000': A, '.000001': B }],
    ['lines after an empty one', Buffer.from(`\n${A}\n${B}`), { '.000000': A, '.000001': B }],
    ['lines the first of which is broken', Buffer.from(`nope\n${A}`), { '.000000': 'nope', '.000001': A }],
    [
      'lines that are arrays too',
      Buffer.from(`[${A},${B}]\n${C}`),
      { '.000000': A, '.000001': B, '.000002': C },
    ],
    ['gzip of one event', gzipSync(A), { '.000000': A }],
    ['gzip of an array', gzipSync(arrayOf(a, b)), { '.000000': A, '.000001': B }],
    ['gzip of lines', gzipSync(linesOf(a, b)), { '.000000': A, '.000001': B }],
    ['gzip of text', gzipSync('nope'), { '.000000': 'nope' }],
    [
      'gzip of JSON that is like log data',
      gzipSync('{"messageType":"ORDER"}'),
      { '.000000': '{"messageType":"ORDER"}' },
    ],
    [
      'user records, each of another kind',
      kplBytes([a, arrayOf(a, b), linesOf(b, c), gzipSync(linesOf(c, a)), Buffer.from('nope'), b]),
      {
        '.000000': A,
        '.000001': A,
        '.000002': B,
        '.000003': B,
        '.000004': C,
        '.000005': C,
        '.000006': A,
        '.000007': 'nope',
        '.000008': B,
      },
    ],
  ])('of %s', (_what, bytes, places) => {
    expect(placesOf(bytes)).toEqual(places);
  });

  it('hands the time of its arrival on to each event', () => {
    for (const bytes of [arrayOf(a, b), linesOf(a, b)])
      expect(recordsOf(bytes).map(({ arrival }) => arrival)).toEqual([7000, 7000]);
  });

  it('of log data is its log events, beside others of the KPL too', () => {
    const records = recordsOf(kplBytes([a, logsOf(['{"ms":1}', 'text']), b]));

    expect(
      records.map((record) => JSON.parse(Buffer.from(record.data, 'base64').toString()) as unknown),
    ).toMatchObject([a, { logGroup: 'api', message: { ms: 1 } }, { logGroup: 'api', message: 'text' }, b]);
  });

  it('of gzip in gzip is not unpacked twice', () => {
    const inner = gzipSync(A);

    expect(recordsOf(gzipSync(inner))).toMatchObject([
      { sequence: `${sequence(1)}.000000`, data: data(inner) },
    ]);
  });
});

describe('a record that holds no event', () => {
  it.each<[what: string, bytes: Buffer, verdict: unknown]>([
    ['an empty array', Buffer.from(' [ ]'), { reason: 'no-events' }],
    ['log data without log events', logsOf([]), { reason: 'no-events' }],
    ['a control message', controlMessage, 'nothing'],
    ['gzip that was cut', gzipSync(A).subarray(0, 15), { reason: 'bad-gzip' }],
    ['gzip that was changed', Buffer.from(gzipSync(A)).fill(0xff, 12, 14), { reason: 'bad-gzip' }],
    ['gzip’s magic alone', Buffer.of(0x1f, 0x8b), { reason: 'bad-gzip' }],
  ])('as it is %s stands as it came, with what was found', (_what, bytes, verdict) => {
    expect(recordsOf(bytes)).toMatchObject([{ sequence: sequence(1), data: data(bytes), verdict }]);
  });

  it('is told of by itself within a record of the KPL', () => {
    const records = recordsOf(
      kplBytes([Buffer.from('[]'), a, gzipSync(A).subarray(0, 15), controlMessage, b]),
    );

    expect(records.map(({ verdict }) => (typeof verdict === 'object' ? verdict.reason : verdict))).toEqual([
      'no-events',
      undefined,
      'bad-gzip',
      'nothing',
      undefined,
    ]);
  });

  it('is told of by itself among lines', () => {
    expect(recordsOf(Buffer.from(`${A}\n[]\n${B}`)).map(({ verdict }) => verdict)).toMatchObject([
      undefined,
      { reason: 'no-events' },
      undefined,
    ]);
  });
});

describe('a record that is too much', () => {
  it('is set aside whole as too-large if its gzip unpacks to more than it may', () => {
    const bomb = gzipSync(Buffer.alloc(MOST_UNPACKED_BYTES + 1, 0x20));

    expect(recordsOf(bomb)).toMatchObject([
      { sequence: sequence(1), data: data(bomb), verdict: { reason: 'too-large' } },
    ]);
  });

  it('may have as much gzip as that, over all user records', () => {
    const large = gzipSync(Buffer.concat([Buffer.from(A), Buffer.alloc(MOST_UNPACKED_BYTES - 100, 0x20)]));

    const records = recordsOf(kplBytes([large, large, gzipSync(B)]));

    expect(records.map(({ verdict }) => verdict)).toMatchObject([
      undefined,
      { reason: 'too-large' },
      undefined,
    ]);
  });

  it.each<[what: string, bytes: (events: number) => Buffer]>([
    ['an array', (events) => Buffer.from(`[${'1,'.repeat(events - 1)}1]`)],
    ['lines', (events) => Buffer.from('{}\n'.repeat(events))],
    ['lines of arrays', (events) => Buffer.from(`[1,2]\n[${'1,'.repeat(events - 3)}1]`)],
    ['gzip of lines', (events) => gzipSync('{}\n'.repeat(events))],
    [
      'arrays aggregated by the KPL',
      (events) => kplBytes([Buffer.from('[1,2]'), Buffer.from(`[${'1,'.repeat(events - 3)}1]`)]),
    ],
  ])('is set aside whole if it holds more events than it may in %s', (_what, bytes) => {
    expect(recordsOf(bytes(MOST_EVENTS))).toHaveLength(MOST_EVENTS);

    const more = bytes(MOST_EVENTS + 1);

    expect(recordsOf(more)).toMatchObject([
      { sequence: sequence(1), data: data(more), verdict: { reason: 'too-large' } },
    ]);
  });

  it('does not fill the memory with the events that are too many', () => {
    const bytes = gzipSync('{}\n'.repeat(MOST_UNPACKED_BYTES / 3 - 1));

    expect(recordsOf(bytes)).toMatchObject([{ verdict: { reason: 'too-large' } }]);
  });
});

describe('isPlain', () => {
  it('holds of whatever begins with a brace, and of nothing else that is read otherwise', () => {
    expect(['{}', '{"a":1}', '{\n', '{'].map((text) => isPlain(data(Buffer.from(text))))).not.toContain(
      false,
    );
    for (const bytes of [arrayOf(a), gzipSync(A), kplBytes([a]), Buffer.from(' {}'), Buffer.of()])
      expect(isPlain(data(bytes))).toBe(false);
  });
});

describe('unpackLines', () => {
  it('leaves a user record as it is', () => {
    const record = streamRecord(1, linesOf(a, b));

    expect(unpackLines(record)).toHaveLength(2);
    expect(unpackLines({ ...record, sequence: `${sequence(1)}.000000` })).toBeUndefined();
  });
});
