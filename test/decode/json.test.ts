import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeJson, decodeText } from '../../lib/decode/json.ts';

describe('decodeJson', () => {
  it('reads back any JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);

        expect(decodeJson(Buffer.from(text))).toEqual({ value: JSON.parse(text) as unknown });
      }),
    );
  });

  it('never throws over any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
        const decoded = decodeJson(Buffer.from(bytes));

        expect('value' in decoded || decoded.reason === 'not-json').toBe(true);
      }),
    );
  });

  it.each<[string, Buffer]>([
    ['nothing', Buffer.of()],
    ['half a value', Buffer.from('{"page":')],
    ['two values', Buffer.from('{} {}')],
    ['a byte order mark', Buffer.from('\uFEFF{}')],
    ['NaN', Buffer.from('NaN')],
  ])('refuses %s with the words of the parser', (_what, bytes) => {
    expect(decodeJson(bytes)).toEqual({
      reason: 'not-json',
      detail: expect.stringMatching(/JSON/) as unknown,
    });
  });

  it.each<[string, Buffer]>([
    ['Latin-1', Buffer.from('"caf\u00E9"', 'latin1')],
    ['half a character', Buffer.of(0x22, 0xe2, 0x82, 0x22)],
    ['half a surrogate pair', Buffer.of(0x22, 0xed, 0xa0, 0x80, 0x22)],
  ])('refuses %s, and mends nothing', (_what, bytes) => {
    expect(decodeJson(bytes)).toEqual({ reason: 'not-json', detail: 'the bytes are not UTF-8' });
  });

  it('lets a replacement character through that was sent as one', () => {
    expect(decodeJson(Buffer.from('"\uFFFD"'))).toEqual({ value: '\uFFFD' });
  });
});

describe('decodeText', () => {
  it('refuses what is no JSON', () => {
    expect(decodeText('nope')).toMatchObject({ reason: 'not-json' });
    expect(decodeText('{"a":1}')).toEqual({ value: { a: 1 } });
  });
});
