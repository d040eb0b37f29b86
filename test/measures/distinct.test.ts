import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distinct, EncodingError } from '../../lib/measures/index.ts';
import type { Hashable } from '../../lib/measures/hash-value.ts';
import { describeLawsOver, fold, over } from './laws.ts';

const measure = distinct<Hashable>((value) => value);

const value = fc.oneof(
  fc.integer({ min: 0, max: 30 }),
  fc.string({ maxLength: 4 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.bigInt(),
);
const samples = ['a', 1, true] as const;

// At 4 and 6, most of what the laws try is dense; at 12, nothing is.
for (const precision of [4, 6, 12, 16]) {
  describeLawsOver(
    distinct<Hashable>((value) => value, { precision }),
    { values: value, samples, canonical: true },
  );
}

/** A generator of numbers below 1 that gives the same ones every time (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const hex = (next: () => number, digits: number): string =>
  Math.floor(next() * 16 ** digits)
    .toString(16)
    .padStart(digits, '0');

/** Values of which exactly n are different. */
const distributions: Record<string, (n: number) => Iterable<Hashable>> = {
  'sequential integers': function* (n) {
    for (let i = 0; i < n; i++) yield i;
  },
  'random strings': function* (n) {
    const next = random(1);
    for (let i = 0; i < n; i++) yield `${i}${hex(next, 8)}`.slice(0, 8 + (i % 8)).concat(`-${i}`);
  },
  'values repeated by Zipf': function* (n) {
    const next = random(2);
    for (let i = 0; i < n; i++) {
      yield `page${i}`;
      yield `page${Math.floor(n ** next()) - 1}`;
    }
  },
  uuids: function* (n) {
    const next = random(3);
    for (let i = 0; i < n; i++) {
      const node = i.toString(16).padStart(12, '0');
      yield `${hex(next, 8)}-${hex(next, 4)}-4${hex(next, 3)}-a${hex(next, 3)}-${node}`;
    }
  },
  floats: function* (n) {
    for (let i = 0; i < n; i++) yield (i + 0.5) / 7;
  },
};

/** The accumulator over values that came in several partitions. */
function merged(values: Iterable<Hashable>, partitions = 4) {
  const parts = Array.from({ length: partitions }, () => measure.empty());
  let i = 0;
  for (const value of values) {
    const at = i++ % partitions;
    parts[at] = measure.add(parts[at]!, value);
  }
  return parts.reduceRight((into, from) => measure.merge(from, into));
}

describe.each(Object.entries(distributions))('distinct of %s', (_name, generate) => {
  it.each([0, 1, 10, 700])('is exact for %d', (n) => {
    expect(measure.result(merged(generate(n)))).toBe(n);
  });

  it.each([1000, 100_000, 1_000_000])('is within four standard errors for %d', (n) => {
    const error = measure.result(merged(generate(n))) / n - 1;

    expect(Math.abs(error)).toBeLessThan((4 * 1.04) / Math.sqrt(2 ** 12));
  });
});

describe('distinct', () => {
  it('has about the standard error that it states, without bias', () => {
    const errors = Array.from({ length: 200 }, (_, run) => {
      const sketch = distinct<number>((value) => value, { precision: 8 });
      const values = Array.from({ length: 3000 }, (_, i) => run * 10_000 + i);
      return over(sketch, values) / 3000 - 1;
    });
    const stated = 1.04 / Math.sqrt(2 ** 8);

    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    const deviation = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
    expect(Math.abs(mean)).toBeLessThan((3 * stated) / Math.sqrt(errors.length));
    expect(deviation).toBeGreaterThan(0.8 * stated);
    expect(deviation).toBeLessThan(1.2 * stated);
  });

  it('does not grow by what it has seen', () => {
    const acc = fold(measure, [...distributions.floats!(5000)]);
    const before = Buffer.from(measure.encode(acc)).toString('hex');

    for (const value of distributions.floats!(5000)) measure.add(acc, value);

    expect(Buffer.from(measure.encode(acc)).toString('hex')).toBe(before);
  });

  it.each([
    [0, 3],
    [1, 8],
    [768, 2674],
    [769, 3074],
    [1_000_000, 3074],
  ])('of %d values takes %d bytes', (n, bytes) => {
    expect(measure.encode(merged(distributions['sequential integers']!(n)))).toHaveLength(bytes);
  });

  it('turns dense at the same number of values, whoever adds or merges them', () => {
    const values = Array.from({ length: 769 }, (_, i) => i);
    const [one, two] = [fold(measure, values.slice(0, 700)), fold(measure, values.slice(600))];

    expect(fold(measure, values.slice(1))).toBeInstanceOf(Set);
    expect(fold(measure, values)).toBeInstanceOf(Uint8Array);
    expect(measure.merge(one, two)).toStrictEqual(fold(measure, values));
  });

  it.each([3, 17, 12.5, NaN])('refuses a precision of %d', (precision) => {
    expect(() => distinct(() => 1, { precision })).toThrow(
      `pipeline: precision of distinct is ${precision}; take a whole number from 4 to 16`,
    );
  });

  it('begins anew with another precision', () => {
    expect([measure.kind, distinct(() => 1, { precision: 14 }).kind]).toEqual([
      'distinct',
      'distinct(precision=14)',
    ]);
  });

  it.each(['x', '', 'x'.repeat(10_000), 0, -1.5, true, 10n])('lets %s through', (value) => {
    expect(measure.refuse(value)).toBeUndefined();
  });

  it.each([
    [NaN, 'NaN'],
    [Infinity, 'Infinity'],
    [[1], 'an array'],
    [{ a: 1 }, 'an object'],
    [() => 1, 'a function'],
  ])('refuses %s', (value, shown) => {
    expect(measure.refuse(value as unknown as Hashable)).toBe(
      `must be a text, a finite number, a boolean or a bigint, got ${shown}`,
    );
  });

  const dense = (rank: number): string =>
    Buffer.concat([Buffer.of(1, 1), Buffer.alloc(3072, rank)]).toString('hex');
  it.each([
    ['an unknown form', '010200'],
    ['an entry without a rank', '01000140'],
    ['an entry of too great a rank', '01000169'],
    ['an entry twice', '0100020100'],
    ['an entry over all', '0100018180808008'],
    ['more entries than are kept by themselves', '01008106'],
    ['registers that break off', dense(0).slice(0, -2)],
    ['registers that go on', `${dense(0)}00`],
    ['a register over all', dense(0xff)],
  ])('refuses stored bytes with %s', (_what, bytes) => {
    expect(() => measure.decode(Buffer.from(bytes, 'hex'))).toThrow(EncodingError);
  });
});
