import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTogether, TOGETHER } from '../../lib/replay/parse-together.ts';
import type { Line } from '../../lib/replay/lines.ts';

const together = (...lines: Line[]) => parseTogether(lines, 0, lines.length);

/** One by one, as it must come out: `undefined` if a line is not one JSON value. */
function apart(lines: readonly string[]): unknown[] | undefined {
  try {
    return lines.map((line) => JSON.parse(line) as unknown);
  } catch {
    return undefined;
  }
}

describe('parseTogether', () => {
  it('gives a value per line', () => {
    expect(together('{"a":1}', ' 2 ', 'null', '[3]')).toEqual([{ a: 1 }, 2, null, [3]]);
  });

  it('reads a part of the lines', () => {
    expect(parseTogether(['x', '1', '2', 'y'], 1, 3)).toEqual([1, 2]);
  });

  it.each([
    ['a line that is no JSON', ['1', '{', '3']],
    ['two values in a line', ['1,2', '3']],
    ['two values that look like a line and its number', ['{"a":1},0,{"b":2}', '3']],
    ['an array that ends in the next line', ['[1', '2]']],
    [
      'an object of two lines, made up for by two values in a third',
      ['{"a":[{"b":1}', '{"c":1}]}', '{"d":1},2,{"e":1}'],
    ],
    ['a blank line', ['1', '', '2']],
    ['a line of blanks', ['1', '  ', '2']],
    ['a closing bracket too many', ['1]', '2']],
  ])('leaves %s to be read one by one', (_, lines) => {
    expect(together(...lines)).toBeUndefined();
  });

  it('leaves bytes that are not UTF-8 to be read one by one', () => {
    expect(together('1', Buffer.from([0xff]))).toBeUndefined();
  });

  it('never gives anything but what the lines give one by one', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '0',
      '1',
      '2',
      '{"a":1}',
      ',0,',
      ',1,',
      ' ',
    );
    const line = fc.oneof(
      fc.json(),
      fc.array(piece, { maxLength: 7 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: TOGETHER }), (lines) => {
        const values = together(...lines);
        if (values !== undefined) expect(values).toEqual(apart(lines));
      }),
      { numRuns: 2_000 },
    );
  });
});
