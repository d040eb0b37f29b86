import { describe, expect, it } from 'vitest';
import { decodeIterator, encodeIterator } from '../../../../lib/local/aws/dynamodb/shard-iterator.ts';

const MINUTE = 60_000;
const iterator = { arn: 'arn:aws:dynamodb:us-east-1:0:table/t/stream/x', shardId: 's', position: 12 };

describe('a shard iterator', () => {
  it('comes back as it was', () => {
    expect(decodeIterator(encodeIterator(iterator, 5), 5)).toEqual(iterator);
  });

  it('lives for 15 minutes', () => {
    const text = encodeIterator(iterator, 0);
    expect(decodeIterator(text, 15 * MINUTE)).toEqual(iterator);
    expect(() => decodeIterator(text, 15 * MINUTE + 1)).toThrow('older than 15 minutes');
  });

  it.each(['', 'a|b', `${iterator.arn}|1|e30`])('is refused as %o', (text) => {
    expect(() => decodeIterator(text, 0)).toThrow('Invalid ShardIterator');
  });
});
