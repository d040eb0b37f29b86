import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elementsOf } from '../../lib/decode/elements.ts';

const texts = (array: string, most = 100): string[] => elementsOf(Buffer.from(array), most).map(String);

describe('elementsOf', () => {
  it('gives the elements of any array as they were written, however it was indented', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom('', ' ', '\t', '\r\n'), (values, indent) => {
        const read = texts(`${indent}${JSON.stringify(values, null, indent)}${indent}`);

        expect(read.map((text) => JSON.parse(text) as unknown)).toEqual(
          JSON.parse(JSON.stringify(values)) as unknown,
        );
      }),
    );
  });

  it('leaves every character in an element as it is', () => {
    expect(texts('[1e400, -0,{"a" : 1.0,"a":2},"\\"],[\\\\" , "é\u2028𝄞"]')).toEqual([
      '1e400',
      '-0',
      '{"a" : 1.0,"a":2}',
      '"\\"],[\\\\"',
      '"é\u2028𝄞"',
    ]);
  });

  it.each(['[]', ' [ ] ', '[\n]'])('finds none in %j', (array) => {
    expect(texts(array)).toEqual([]);
  });

  it('does not take an array in an array apart', () => {
    expect(texts('[[1,2],[],{"a":[3,4]}]')).toEqual(['[1,2]', '[]', '{"a":[3,4]}']);
  });

  it('stops after as many as are wanted', () => {
    expect(texts('[1,2,3]', 2)).toEqual(['1', '2']);
  });

  it('takes arrays of any depth', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

    expect(texts(`[1,${deep}]`)).toEqual(['1', deep]);
  });
});
