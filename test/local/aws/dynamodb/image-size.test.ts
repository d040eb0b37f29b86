import { describe, expect, it } from 'vitest';
import { imageBytes } from '../../../../lib/local/aws/dynamodb/image-size.ts';
import type { WireValue } from '../../../../lib/local/aws/dynamodb/image.ts';

describe('imageBytes', () => {
  it.each<[WireValue, number]>([
    [{ S: '' }, 0],
    [{ S: 'ü€' }, 5],
    [{ B: Buffer.from([1, 2, 3]).toString('base64') }, 3],
    [{ BOOL: true }, 1],
    [{ NULL: true }, 1],
    [{ N: '0' }, 1],
    [{ N: '1' }, 2],
    [{ N: '10' }, 2],
    [{ N: '100' }, 2],
    [{ N: '12' }, 2],
    [{ N: '123' }, 3],
    [{ N: '-1' }, 3],
    [{ N: '0.5' }, 2],
    [{ N: '1234.5' }, 4],
    [{ N: '1E-20' }, 2],
    [{ SS: ['a', 'bc'] }, 3],
    [{ NS: ['1', '22'] }, 4],
    [{ BS: ['AA==', 'AAA='] }, 3],
    [{ L: [] }, 3],
    [{ L: [{ S: 'a' }, { N: '1' }] }, 8],
    [{ M: { x: { S: 'ü' } } }, 7],
  ])('of %j counts its bytes', (value, bytes) => {
    expect(imageBytes({ é: value })).toBe(2 + bytes);
  });
});
