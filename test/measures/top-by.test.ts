import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EncodingError, topBy, type RankedValue } from '../../lib/measures/index.ts';
import type { Keepable } from '../../lib/measures/json.ts';
import { PipelineError } from '../../lib/pipeline/errors.ts';
import { describeLawsOver, fold, over } from './laws.ts';

interface Bid {
  readonly who?: Keepable | null;
  readonly price?: number | null;
}

const highest = (k?: number) =>
  topBy(
    (bid: Bid) => bid.who,
    (bid) => bid.price,
    k,
  );
const measure = highest(3);

// Few prices, so that many are the same.
const bid: fc.Arbitrary<RankedValue<Keepable>> = fc.record({
  value: fc.oneof(
    fc.constantFrom<Keepable>('ann', 'bob', '', 'ä', '\ud800', -0, 7, true, { id: 1 }, [1, null]),
  ),
  by: fc.oneof(fc.constantFrom(0, -0, 1, 2, -3.5), fc.double({ noNaN: true, noDefaultInfinity: true })),
});

describeLawsOver(measure, {
  values: bid,
  samples: [
    { value: 'ann', by: 1 },
    { value: 'bob', by: 2 },
    { value: 'eve', by: 3 },
  ],
  canonical: true,
});

describe('topBy', () => {
  it.each([1, 3, 10])('is the first %d of all in order', (k) => {
    fc.assert(
      fc.property(fc.array(bid, { maxLength: 40 }), (bids) => {
        const inOrder = bids
          .map(({ value, by }) => ({ text: JSON.stringify(value), by: by + 0 }))
          .sort((a, b) => b.by - a.by || (a.text < b.text ? -1 : 1))
          .slice(0, k)
          .map(({ text, by }) => ({ value: JSON.parse(text) as Keepable, by }));

        expect(over(highest(k), bids)).toStrictEqual(inOrder);
      }),
    );
  });

  it('counts equal events each', () => {
    const twice = [
      { value: 'ann', by: 5 },
      { value: 'ann', by: 5 },
    ];

    expect(over(measure, twice)).toEqual(twice);
  });

  it('is an empty list over none, and keeps ten unless it is told otherwise', () => {
    const many = Array.from({ length: 20 }, (_, i) => ({ value: i, by: i }));

    expect(over(measure, [])).toEqual([]);
    expect(over(highest(), many).map(({ by }) => by)).toEqual([19, 18, 17, 16, 15, 14, 13, 12, 11, 10]);
  });

  it('skips what has no value or no number', () => {
    expect(measure.input({ who: 'ann', price: 0 }, 0)).toEqual({ value: 'ann', by: 0 });
    expect(measure.input({ who: 'ann', price: null }, 0)).toBeUndefined();
    expect(measure.input({ who: null, price: 1 }, 0)).toBeUndefined();
    expect(measure.input({}, 0)).toBeUndefined();
  });

  it.each([
    [{ value: 'ann', by: NaN }, 'must be a finite number, got NaN'],
    [{ value: 'ann', by: '12' as unknown as number }, 'must be a finite number, got "12"'],
    [{ value: Infinity, by: 1 }, 'must be a text, a finite number or a boolean, got Infinity'],
    [{ value: new Date(0), by: 1 }, 'must be a plain object'],
    [{ value: 'x'.repeat(1023), by: 1 }, 'must take at most 1024 bytes as JSON, takes 1025'],
  ])('refuses %j', (input, detail) => {
    expect(measure.refuse(input)).toContain(detail);
  });

  it('keeps the value as it was, whatever becomes of the object', () => {
    const value = { id: 1 };
    const acc = measure.add(measure.empty(), { value, by: 1 });

    value.id = 2;

    expect(measure.result(acc)).toEqual([{ value: { id: 1 }, by: 1 }]);
  });

  it('stores numbers and JSON, greatest first', () => {
    const acc = fold(measure, [
      { value: 'ä', by: 1 },
      { value: 2, by: 2 },
    ]);

    expect(Buffer.from(measure.encode(acc)).toString('hex')).toBe(
      '0102' + '0000000000000040' + '0132' + '000000000000f03f' + '0422c3a422',
    );
  });

  it.each([
    ['more values than k', '0104'],
    ['numbers out of order', '0102' + '000000000000f03f' + '0132' + '0000000000000040' + '0132'],
    ['values out of order', '0102' + '000000000000f03f' + '0132' + '000000000000f03f' + '0131'],
    ['no number', '0101' + '000000000000f87f' + '0132'],
    ['null', '0101' + '000000000000f03f' + '046e756c6c'],
  ])('refuses stored bytes with %s', (_what, hex) => {
    expect(() => measure.decode(Buffer.from(hex, 'hex'))).toThrow(EncodingError);
  });

  it('has a kind of its own for each k, as what a smaller one dropped is lost', () => {
    expect([highest(), highest(3)].map(({ kind }) => kind)).toEqual(['topBy(k=10)', 'topBy(k=3)']);
  });

  it.each([0, 101, 1.5, NaN])('refuses a k of %s', (k) => {
    expect(() => highest(k)).toThrow(PipelineError);
    expect(() => highest(k)).toThrow(`pipeline: k of topBy is ${k}; take a whole number from 1 to 100`);
  });
});
