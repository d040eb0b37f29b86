import { expect, it } from 'vitest';
import fc from 'fast-check';
import { count } from '../../lib/measures/index.ts';
import { describeLaws, over } from './laws.ts';

describeLaws(count<number>(), { values: fc.double({ noNaN: true }) });

it('counts every event, whatever is in it', () => {
  const measure = count<unknown>();

  for (const event of [null, undefined, NaN, {}]) {
    const input = measure.input(event, 0);
    expect(input).toBe(1);
    expect(measure.refuse(1)).toBeUndefined();
  }
  expect(measure.kind).toBe('count');
});

it('is 0 over no events', () => {
  expect(over(count<number>(), [])).toBe(0);
});

it.each([
  [0, '0100'],
  [127, '017f'],
  [128, '018001'],
  [300, '01ac02'],
  [2 ** 32, '018080808010'],
  [Number.MAX_SAFE_INTEGER, '01ffffffffffffff0f'],
])('stores %d as %s', (n, hex) => {
  const measure = count();

  expect(Buffer.from(measure.encode(n)).toString('hex')).toBe(hex);
  expect(measure.decode(Buffer.from(hex, 'hex'))).toBe(n);
});

it('refuses a stored count over 2^53 - 1', () => {
  expect(() => count().decode(Buffer.from('01ffffffffffffff1f', 'hex'))).toThrow('over 2^53 - 1');
});
