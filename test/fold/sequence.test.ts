import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareSequence } from '../../lib/fold/sequence.ts';
import { sequence } from '../support/kinesis.ts';

describe('compareSequence', () => {
  it.each([
    ['9', '10'],
    ['99', '100'],
    [sequence(1), sequence(2)],
    ['9'.repeat(55), sequence(0)],
  ])('puts %s before %s', (a, b) => {
    expect(compareSequence(a, b)).toBeLessThan(0);
    expect(compareSequence(b, a)).toBeGreaterThan(0);
    expect(compareSequence(a, a)).toBe(0);
  });

  it('orders as whole numbers do, to 128 digits', () => {
    const number = fc.oneof(
      fc.bigInt({ min: 0n, max: 10n ** 128n - 1n }),
      fc.bigInt({ min: 10n ** 55n, max: 10n ** 55n + 3n }),
      fc.bigInt({ min: 0n, max: 20n }),
    );
    fc.assert(
      fc.property(number, number, (a, b) => {
        expect(Math.sign(compareSequence(String(a), String(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
      { numRuns: 500 },
    );
  });
});
