import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hashValue, type Hashable } from '../../lib/measures/hash-value.ts';

const hash = (value: Hashable): string => hashValue(value).join(' ');

it('tells types apart', () => {
  const values = [1, '1', true, 1n, 0, '0', false, 0n, '', 'true', 'false'];

  expect(new Set(values.map(hash)).size).toBe(values.length);
});

it('tells texts apart by every code unit and their number, well-formed or not', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      expect(hash(a) === hash(b)).toBe(a === b);
      expect(hash(`${a}\0`)).not.toBe(hash(a));
      expect(hash(`${a}\ud800`)).not.toBe(hash(`${a}\ufffd`));
    }),
  );
});

it('does not depend on what was hashed before', () => {
  const before = hash('short');
  const long = hash('x'.repeat(100_000));
  hash('\uffff'.repeat(100));

  expect(hash('short')).toBe(before);
  expect(hash('x'.repeat(100_000))).toBe(long);
});

it('takes -0 for 0', () => {
  expect(hash(-0)).toBe(hash(0));
});

// What is stored depends on these: they must never change.
it.each<[Hashable, string]>([
  ['', '-2000376340 1423049145 1423049145 1423049145'],
  ['weir', '850920604 -2068916447 -244864278 -244864278'],
  [1, '1010658131 1423394052 -681907046 -681907046'],
  [0.1, '264200002 -1258041261 -1775912699 -1775912699'],
  [true, '624459146 1176912094 1176912094 1176912094'],
  [10n, '-1839436032 921930432 921930432 921930432'],
])('of %s is %s', (value, words) => {
  expect(hash(value)).toBe(words);
});
