import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EncodingError, type Measure } from '../../lib/measures/index.ts';

/** What the laws need to know of a measure. */
export interface LawOptions<Input, Result> {
  /** Values that the measure is tried with. */
  readonly values: fc.Arbitrary<Input>;
  /** Three of them, no two alike. */
  readonly samples: readonly [Input, Input, Input];
  /** Fails unless two results that the laws make equal are; bit by bit if it is left out. */
  readonly same?: (actual: Result, expected: Result, values: readonly Input[]) => void;
  /** Whether the same values must give the same bytes too, in whatever order and split they come. */
  readonly canonical?: boolean;
}

/** The accumulator of some values, folded one by one. */
export function fold<Input, Result, Acc>(
  measure: Measure<never, Result, Acc, Input>,
  values: readonly Input[],
): Acc {
  let acc = measure.empty();
  for (const value of values) acc = measure.add(acc, value);
  return acc;
}

/** The result over some values. */
export function over<Input, Result, Acc>(
  measure: Measure<never, Result, Acc, Input>,
  values: readonly Input[],
): Result {
  return measure.result(fold(measure, values));
}

/** Checks that a measure over plain numbers is a commutative monoid with a faithful encoding. */
export function describeLaws<Result, Acc>(
  measure: Measure<never, Result, Acc, number>,
  options: Omit<LawOptions<number, Result>, 'samples'>,
): void {
  describeLawsOver(measure, { ...options, samples: [1, 2, 4] });
}

/** Checks that a measure is a commutative monoid with a faithful encoding. */
export function describeLawsOver<Input, Result, Acc>(
  measure: Measure<never, Result, Acc, Input>,
  options: LawOptions<Input, Result>,
): void {
  const same =
    options.same ??
    ((actual: Result, expected: Result) => {
      expect(actual).toStrictEqual(expected);
    });
  const many = fc.array(options.values, { maxLength: 60 });
  const acc = (values: readonly Input[]) => fold(measure, values);
  const bytes = (of: Acc) => Buffer.from(measure.encode(of)).toString('hex');

  describe(`laws of ${measure.kind}`, () => {
    it('merges associatively', () => {
      fc.assert(
        fc.property(many, many, many, (a, b, c) => {
          const left = measure.merge(measure.merge(acc(a), acc(b)), acc(c));
          const right = measure.merge(acc(a), measure.merge(acc(b), acc(c)));
          same(measure.result(left), measure.result(right), [...a, ...b, ...c]);
        }),
      );
    });

    it('merges commutatively', () => {
      fc.assert(
        fc.property(many, many, (a, b) => {
          const ab = measure.merge(acc(a), acc(b));
          const ba = measure.merge(acc(b), acc(a));
          same(measure.result(ab), measure.result(ba), [...a, ...b]);
        }),
      );
    });

    it('leaves an accumulator as it is when the empty one is merged, from either side', () => {
      fc.assert(
        fc.property(many, (values) => {
          const expected = measure.result(acc(values));
          expect(measure.result(measure.merge(measure.empty(), acc(values)))).toStrictEqual(expected);
          expect(measure.result(measure.merge(acc(values), measure.empty()))).toStrictEqual(expected);
        }),
      );
    });

    it('gives the fold of all values, wherever they are split and in whatever order the parts come', () => {
      const parts = fc.array(many, { minLength: 1, maxLength: 8 });
      fc.assert(
        fc.property(
          parts.chain((lists) =>
            fc.tuple(fc.constant(lists), fc.shuffledSubarray(lists, { minLength: lists.length })),
          ),
          ([lists, shuffled]) => {
            const merged = shuffled.map(acc).reduce((into, from) => measure.merge(into, from));
            const all = lists.flat();
            same(measure.result(merged), over(measure, all), all);
          },
        ),
      );
    });

    if (options.canonical === true) {
      it('encodes the same values as the same bytes, however they come', () => {
        fc.assert(
          fc.property(many, many, many, (a, b, c) => {
            const all = bytes(acc([...a, ...b, ...c]));
            expect(bytes(acc([...c, ...b, ...a].reverse()))).toBe(all);
            expect(bytes(measure.merge(measure.merge(acc(a), acc(b)), acc(c)))).toBe(all);
            expect(bytes(measure.merge(acc(c), measure.merge(acc(b), acc(a))))).toBe(all);
          }),
        );
      });
    }

    it('comes back from its encoding to the bit, and goes on from there', () => {
      fc.assert(
        fc.property(many, many, (before, after) => {
          const original = acc(before);
          const copy = measure.decode(measure.encode(original));
          expect(copy).toStrictEqual(original);
          expect(bytes(copy)).toBe(bytes(original));

          const goneOn = after.reduce((into, value) => measure.add(into, value), copy);
          expect(measure.result(goneOn)).toStrictEqual(over(measure, [...before, ...after]));
        }),
      );
    });

    it('shares nothing between accumulators', () => {
      fc.assert(
        fc.property(many, many, options.values, (a, b, value) => {
          const from = acc(b);
          const before = bytes(from);
          const empty = bytes(measure.empty());

          const merged = measure.merge(acc(a), from);
          expect(bytes(from)).toBe(before);
          const more = measure.add(merged, value);
          expect(bytes(from)).toBe(before);
          const expected = bytes(more);
          measure.add(from, value);
          expect(bytes(more)).toBe(expected);
          expect(bytes(measure.empty())).toBe(empty);
        }),
      );
    });

    it('refuses bytes that are not its own', () => {
      const encoded = Buffer.from(measure.encode(acc(options.samples)));

      const newer = Buffer.from(encoded);
      newer[0] = 200;
      expect(() => measure.decode(newer)).toThrow(EncodingError);
      expect(() => measure.decode(newer)).toThrow(
        `stored ${measure.kind} of ${encoded.length} bytes has version 200`,
      );
      expect(() => measure.decode(new Uint8Array())).toThrow(EncodingError);
      expect(() => measure.decode(encoded.subarray(0, -1))).toThrow(EncodingError);
      expect(() => measure.decode(Buffer.concat([encoded, Buffer.of(1)]))).toThrow(EncodingError);
    });

    it('reads bytes that lie anywhere in a buffer', () => {
      const [one, two] = options.samples;
      const encoded = measure.encode(acc([one, two]));
      const wide = new Uint8Array(encoded.length + 6).fill(0xee);
      wide.set(encoded, 3);

      const decoded = measure.decode(wide.subarray(3, 3 + encoded.length));

      expect(measure.result(decoded)).toStrictEqual(over(measure, [one, two]));
    });
  });
}

/** Checks what all measures over a number do with an event's value. */
export function describeNumberInput<Acc>(
  of: (
    pick: (event: { value?: number | null }) => number | null | undefined,
  ) => Measure<{ value?: number | null }, unknown, Acc, number>,
): void {
  const measure = of((event) => event.value);

  describe(`input of ${measure.kind}`, () => {
    it('takes what the function picks', () => {
      expect(measure.input({ value: 7 }, 0)).toBe(7);
      expect(measure.input({ value: null }, 0)).toBeNull();
      expect(measure.input({}, 0)).toBeUndefined();
    });

    it.each([0, -0, 1.5, -1e308, Number.MIN_VALUE])('lets %s through', (value) => {
      expect(measure.refuse(value)).toBeUndefined();
    });

    it.each([
      [NaN, 'NaN'],
      [Infinity, 'Infinity'],
      [-Infinity, '-Infinity'],
      ['12', '"12"'],
      ['x'.repeat(50), `"${'x'.repeat(40)}…"`],
      [true, 'true'],
      [10n, '10'],
      [[1], 'an array'],
      [{ minutes: 1 }, 'an object'],
      [() => 1, 'a function'],
    ])('refuses %s', (value, shown) => {
      expect(measure.refuse(value as number)).toBe(`must be a finite number, got ${shown}`);
    });
  });
}
