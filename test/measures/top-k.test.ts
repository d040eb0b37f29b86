import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EncodingError, topK, type TopValue } from '../../lib/measures/index.ts';
import { describeLawsOver, fold, over } from './laws.ts';

type Value = string | number | boolean;

const identity = (value: Value) => value;
const measure = topK(identity, 3);

const value = fc.oneof(
  fc.constantFrom<Value>('home', 'help', '', '10', 10, 9, -0, 0.5, true, false, '\ud800', 'ä'),
  fc.integer({ min: 0, max: 30 }),
);
const samples = ['home', 1, true] as const;

function countsOf(values: readonly Value[]): Map<Value, number> {
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** Fails unless a result over some values says nothing untrue, and keeps to the bound. */
function expectWithinBound(
  result: readonly TopValue<Value>[],
  values: readonly Value[],
  capacity: number,
): void {
  const counts = countsOf(values);
  const bound = (2 * values.length) / capacity;
  for (const { value, count, error } of result) {
    const actual = counts.get(value) ?? 0;
    expect(actual).toBeLessThanOrEqual(count);
    expect(actual).toBeGreaterThanOrEqual(count - error);
    expect(error).toBeLessThanOrEqual(bound);
  }
  // What is missing came no more often than the last of the list can have, or than the bound.
  const least = result.at(-1)?.count ?? 0;
  const listed = new Set(result.map(({ value }) => value));
  for (const [value, actual] of counts) {
    if (!listed.has(value)) expect(actual).toBeLessThanOrEqual(Math.max(least, bound));
  }
}

describe('up to its capacity', () => {
  describeLawsOver(measure, { values: value, samples, canonical: true });
});

describe.each([4, 5, 8])('beyond its capacity of %d', (capacity) => {
  describeLawsOver(topK(identity, 2, { capacity }), {
    values: value,
    samples,
    same: (actual, expected, values) => {
      expectWithinBound(actual, values, capacity);
      expectWithinBound(expected, values, capacity);
    },
  });

  const small = topK(identity, Math.floor(capacity / 2), { capacity });

  it('says nothing untrue, in whatever tree the parts are merged', () => {
    const parts = fc.array(fc.array(value, { maxLength: 40 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(parts, fc.infiniteStream(fc.nat()), (lists, places) => {
        const accs = lists.map((list) => fold(small, list));
        while (accs.length > 1) {
          const [one] = accs.splice(places.next().value % accs.length, 1);
          const at = places.next().value % accs.length;
          accs[at] = small.merge(accs[at]!, one!);
          if (places.next().value % 2 === 0) accs[at] = small.decode(small.encode(accs[at]));
        }
        expectWithinBound(small.result(accs[0]!), lists.flat(), capacity);
      }),
    );
  });

  it('merges two to the same bytes in either order', () => {
    const many = fc.array(value, { maxLength: 60 });
    fc.assert(
      fc.property(many, many, (a, b) => {
        const ab = small.merge(fold(small, a), fold(small, b));
        const ba = small.merge(fold(small, b), fold(small, a));
        expect(small.encode(ab)).toEqual(small.encode(ba));
        expect(ab).toStrictEqual(ba);
      }),
    );
  });
});

describe('topK', () => {
  it('is the most frequent values, by count and then by value, exactly', () => {
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const rank = (value: Value) => ['boolean', 'number', 'string'].indexOf(typeof value);
        const expected = [...countsOf(values)]
          .sort(([a, x], [b, y]) => y - x || rank(a) - rank(b) || (a < b ? -1 : 1))
          .map(([value, count]) => ({ value, count, error: 0 }));

        expect(over(measure, values)).toEqual(expected.slice(0, 3));
      }),
    );
  });

  it('is an empty list over no values, also when they were stored', () => {
    expect(over(measure, [])).toEqual([]);
    expect(measure.result(measure.decode(measure.encode(measure.empty())))).toEqual([]);
    expect(measure.encode(measure.empty())).toHaveLength(3);
  });

  it('tells types apart, and takes -0 for 0', () => {
    expect(over(measure, [-0, '1', 1, true, 0])).toEqual([
      { value: 0, count: 2, error: 0 },
      { value: true, count: 1, error: 0 },
      { value: 1, count: 1, error: 0 },
    ]);
  });

  it('finds what is frequent among ten thousand values, within 1 %', () => {
    const n = 200_000;
    // Zipf: the value i comes about n / (i + 1) / ln(10,000) times; multiplying by a prime shuffles them.
    const values = Array.from({ length: n }, (_, i) => Math.floor(10_000 ** (((i * 7919) % n) / n)));
    const lanes = [0, 1, 2, 3].map((lane) =>
      fold(
        topK(identity),
        values.filter((_, i) => i % 4 === lane),
      ),
    );
    const wide = topK(identity);

    const result = wide.result(lanes.reduce((into, from) => wide.merge(into, from)));

    expectWithinBound(result, values, 200);
    expect(result.map(({ value }) => value).slice(0, 4)).toEqual([1, 2, 3, 4]);
  });

  it('never grows beyond its capacity', () => {
    const small = topK(identity, 2, { capacity: 10 });
    let acc = small.empty();
    for (let i = 0; i < 10_000; i++) {
      acc = small.add(acc, i);
      expect(acc.counters.size).toBeLessThanOrEqual(10);
    }
    expect(small.decode(small.encode(acc))).toStrictEqual(acc);
  });

  it('stores a floor, and values as JSON with their counts', () => {
    const acc = fold(measure, ['b', 'b', 7]);

    expect(Buffer.from(measure.encode(acc)).toString('hex')).toBe('0100020137010322622202');
    expect(measure.result(measure.decode(Buffer.from('0105020137090403226222ac0205', 'hex')))).toEqual([
      { value: 'b', count: 300, error: 5 },
      { value: 7, count: 9, error: 4 },
    ]);
  });

  it.each([
    ['a value twice', '01000201370101370 1'],
    ['a value that is not JSON', '01000101220 1'],
    ['a value that is no scalar', '010001025b5d01'],
    ['a count of nothing', '0100010137 00'],
    ['an error over the floor', '01050101370906'],
    ['an error over the count', '01090101370808'],
    ['more values than its capacity', '0100c901'],
    ['a value that breaks off', '01000103226 2'],
  ])('refuses stored bytes with %s', (_what, hex) => {
    expect(() => measure.decode(Buffer.from(hex.replaceAll(' ', ''), 'hex'))).toThrow(EncodingError);
  });

  it('begins anew with another capacity, and not with another k', () => {
    const kinds = [topK(identity), topK(identity, 3), topK(identity, 3, { capacity: 500 })];

    expect(kinds.map(({ kind }) => kind)).toEqual(['topK', 'topK', 'topK(capacity=500)']);
  });

  it.each([
    [0, 200, 'k of topK is 0, with a capacity of 200'],
    [101, 200, 'k of topK is 101, with a capacity of 200'],
    [1.5, 200, 'k of topK is 1.5, with a capacity of 200'],
    [1, 1, 'capacity of topK is 1'],
    [1, 10_001, 'capacity of topK is 10001'],
    [1, NaN, 'capacity of topK is NaN'],
  ])('refuses k = %d with a capacity of %d', (k, capacity, message) => {
    expect(() => topK(identity, k, { capacity })).toThrow(`pipeline: ${message}; take a whole number from`);
  });

  it.each(['x', '', 'x'.repeat(1022), '\u{1F6EB}'.repeat(255), 0, -1.5, true])('lets %j through', (value) => {
    expect(measure.refuse(value)).toBeUndefined();
  });

  it.each([
    [NaN, 'must be a text, a finite number or a boolean, got NaN'],
    [10n, 'must be a text, a finite number or a boolean, got 10'],
    [{ a: 1 }, 'must be a text, a finite number or a boolean, got an object'],
    ['x'.repeat(1023), 'must take at most 1024 bytes as JSON, takes 1025; keep a part of it'],
  ])('refuses %s', (value, detail) => {
    expect(measure.refuse(value as Value)).toBe(detail);
  });
});
