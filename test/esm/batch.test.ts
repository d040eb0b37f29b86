import { describe, expect, test } from 'vitest';
import { MAXIMUM_PAYLOAD_BYTES, nextBatch } from '../../lib/esm/batch.ts';

const records = (...sizes: number[]) =>
  sizes.map((bytes, index) => ({
    sequenceNumber: String(index),
    arrivalMs: 0,
    orderKey: '',
    event: {},
    bytes,
  }));

describe('nextBatch', () => {
  test.each([
    ['nothing', [], 10, 100, { count: 0, full: false }],
    ['fewer than a batch', [1, 1], 3, 100, { count: 2, full: false }],
    ['exactly a batch', [1, 1, 1], 3, 100, { count: 3, full: true }],
    ['more than a batch', [1, 1, 1, 1], 3, 100, { count: 3, full: true }],
    // {"Records":[]} is 14 bytes, and a comma comes between two.
    ['exactly the payload', [50, 35], 10, 100, { count: 2, full: false }],
    ['a byte more than the payload', [50, 36], 10, 100, { count: 1, full: true }],
    ['one record larger than the payload', [500, 1], 10, 100, { count: 1, full: true }],
  ])('of %s', (_, sizes, batchSize, maximumBytes, expected) => {
    expect(nextBatch(records(...sizes), batchSize, maximumBytes)).toEqual(expected);
  });

  test('never makes a payload above 6 MB', () => {
    const event = { data: 'x'.repeat(1_000_000) };
    const bytes = Buffer.byteLength(JSON.stringify(event));
    const waiting = records(...Array.from({ length: 9 }, () => bytes));
    const { count } = nextBatch(waiting, 10_000);
    const payload = (length: number) =>
      JSON.stringify({ Records: Array.from({ length }, () => event) }).length;
    expect(payload(count)).toBeLessThanOrEqual(MAXIMUM_PAYLOAD_BYTES);
    expect(payload(count + 1)).toBeGreaterThan(MAXIMUM_PAYLOAD_BYTES);
  });
});
