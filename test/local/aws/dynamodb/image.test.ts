import { describe, expect, it } from 'vitest';
import type { Image } from '../../../../lib/local/aws/dynamodb/image.ts';
import { sameImage } from '../../../../lib/local/aws/dynamodb/image.ts';

const values: readonly Image[] = [
  {},
  { a: { S: '1' } },
  { a: { N: '1' } },
  { a: { B: '1' } },
  { b: { S: '1' } },
  { a: { S: '1' }, b: { S: '1' } },
  { a: { BOOL: true } },
  { a: { BOOL: false } },
  { a: { NULL: true } },
  { a: { SS: ['1', '2'] } },
  { a: { NS: ['1', '2'] } },
  { a: { BS: ['1', '2'] } },
  { a: { SS: ['1', '3'] } },
  { a: { SS: ['1'] } },
  { a: { L: [{ S: '1' }, { S: '2' }] } },
  { a: { L: [{ S: '2' }, { S: '1' }] } },
  { a: { L: [] } },
  { a: { M: {} } },
  { a: { M: { x: { L: [{ N: '1' }] } } } },
  { a: { M: { x: { L: [{ N: '2' }] } } } },
];

describe('sameImage', () => {
  it('tells every two of these apart, and none from its copy', () => {
    for (const [i, left] of values.entries()) {
      for (const [j, right] of values.entries()) {
        expect(
          sameImage(left, structuredClone(right)),
          `${JSON.stringify(left)} and ${JSON.stringify(right)}`,
        ).toBe(i === j);
      }
    }
  });

  it('takes no note of the order of attributes and of members of sets', () => {
    expect(
      sameImage({ a: { SS: ['1', '2'] }, b: { N: '1' } }, { b: { N: '1' }, a: { SS: ['2', '1'] } }),
    ).toBe(true);
  });
});
