import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareSequence,
  MOST_SUB_SEQUENCES,
  recordSequence,
  subSequence,
  userSequence,
} from '../../lib/fold/sequence.ts';
import { sequence } from '../support/kinesis.ts';

describe('compareSequence', () => {
  it.each([
    ['9', '10'],
    ['99', '100'],
    [sequence(1), sequence(2)],
    ['9'.repeat(55), sequence(0)],
    ['9', '9.000000'],
    ['9.000002', '9.000010'],
    ['9.999999', '10'],
    ['9.999999', '10.000000'],
    ['12345678.000000', '123456789012345'],
    ['0', '1.000000'],
    [sequence(1), `${sequence(1)}.000000`],
    [`${sequence(1)}.000001`, sequence(2)],
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

  it('orders user records by their record, then by their place in it, after the record as a whole', () => {
    fc.assert(
      fc.property(place, place, (a, b) => {
        const expected = a.number === b.number ? (a.sub ?? -1) - (b.sub ?? -1) : a.number < b.number ? -1 : 1;

        expect(Math.sign(compareSequence(written(a), written(b)))).toBe(Math.sign(expected));
      }),
      { numRuns: 1_000 },
    );
  });
});

interface Place {
  readonly number: bigint;
  readonly sub: number | undefined;
}

const place: fc.Arbitrary<Place> = fc.record({
  number: fc.oneof(
    fc.bigInt({ min: 0n, max: 10n ** 128n - 1n }),
    fc.bigInt({ min: 10n ** 55n, max: 10n ** 55n + 3n }),
    fc.bigInt({ min: 0n, max: 20n }),
    fc.constantFrom(7n, 10n ** 7n, 10n ** 14n),
  ),
  sub: fc.option(fc.oneof(fc.nat(3), fc.nat(MOST_SUB_SEQUENCES - 1)), { nil: undefined }),
});

const written = ({ number, sub }: Place): string =>
  sub === undefined ? String(number) : userSequence(String(number), sub);

describe('a user record’s sequence', () => {
  it('holds the sequence number and the place', () => {
    expect(userSequence('4959', 2)).toBe('4959.000002');
    fc.assert(
      fc.property(place, (from) => {
        expect(recordSequence(written(from))).toBe(String(from.number));
        expect(subSequence(written(from))).toBe(from.sub);
      }),
    );
  });
});
