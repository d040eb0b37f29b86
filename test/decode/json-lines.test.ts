import { describe, expect, it } from 'vitest';
import { jsonLines } from '../../lib/decode/json-lines.ts';

const texts = (text: string, most = 100): string[] | undefined =>
  jsonLines(Buffer.from(text), most)?.map(String);

describe('jsonLines', () => {
  it.each<[what: string, text: string, lines: string[]]>([
    ['lines', '{"a":1}\n{"a":2}', ['{"a":1}', '{"a":2}']],
    ['a line break at the end', '{"a":1}\n{"a":2}\n', ['{"a":1}', '{"a":2}']],
    ['line breaks of Windows', '{"a":1}\r\n{"a":2}\r\n', ['{"a":1}', '{"a":2}']],
    ['empty lines', '\n{"a":1}\n \n\t\r\n{"a":2}\n\n', ['{"a":1}', '{"a":2}']],
    ['lines that are broken', 'nope\n{"a":1}\n{"a":', ['nope', '{"a":1}', '{"a":']],
    ['arrays', '[1]\n[2]', ['[1]', '[2]']],
  ])('cuts %s', (_what, text, lines) => {
    expect(texts(text)).toEqual(lines);
  });

  it.each<[what: string, text: string]>([
    ['one line', 'nope'],
    ['nothing but white space', '\n\n'],
    ['text', 'GET / 200\nGET /cart 404\n'],
    ['numbers', '1\n2\n'],
    ['JSON over several lines that was cut', '{\n  "a": 1,\n  "b": [\n    2,\n'],
  ])('takes %s for none', (_what, text) => {
    expect(texts(text)).toBeUndefined();
  });

  it('stops after as many as are wanted', () => {
    expect(texts('{}\n{}\n{}\n', 2)).toEqual(['{}', '{}']);
  });
});
