import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { derived, EncodingError, first, last, only } from '../../lib/measures/index.ts';
import { describeLawsOver, over } from './laws.ts';

type Value = string | number | boolean | object;
interface Tick {
  readonly time: number;
  readonly value: Value;
}

const earliest = first<Tick, Value>((tick) => tick.value);
const latest = last<Tick, Value>((tick) => tick.value);

// Few times and few values, so that ties are common.
const value = fc.oneof(
  fc.constantFrom<Value>('a', 'b', 1, 10, 2, -0, true, false, { a: 1 }, ['a', { b: null }]),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const tick = fc.record({
  time: fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: Date.UTC(9999, 11, 31) })),
  value,
});
const samples = [
  { time: 1000, value: 'a' },
  { time: 2000, value: 20 },
  { time: 3000, value: { a: true } },
] as const;

describeLawsOver(earliest, { values: tick, samples, canonical: true });
describeLawsOver(latest, { values: tick, samples, canonical: true });

/** What JSON keeps of a value. */
function kept(tick: Tick): unknown {
  return JSON.parse(JSON.stringify(tick.value));
}

function sorted(ticks: readonly Tick[]): Tick[] {
  const text = (tick: Tick): string => JSON.stringify(tick.value);
  return ticks.toSorted((a, b) => a.time - b.time || (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0));
}

describe('first and last', () => {
  it('are the ends of the events sorted by time, then by JSON', () => {
    fc.assert(
      fc.property(fc.array(tick, { minLength: 1 }), (ticks) => {
        expect(over(earliest, ticks)).toStrictEqual(kept(sorted(ticks).at(0)!));
        expect(over(latest, ticks)).toStrictEqual(kept(sorted(ticks).at(-1)!));
      }),
    );
  });

  it('are null over no values, also when they were stored', () => {
    for (const measure of [earliest, latest]) {
      expect(over(measure, [])).toBeNull();
      expect(measure.result(measure.decode(measure.encode(measure.empty())))).toBeNull();
      expect(measure.encode(measure.empty())).toHaveLength(1);
    }
  });

  it('take the time of the event, and skip what has no value', () => {
    const measure = last<{ value?: number | null }, number>((event) => event.value);

    expect(measure.input({ value: 7 }, 1000)).toEqual({ time: 1000, value: 7 });
    expect(measure.input({ value: null }, 1000)).toBeUndefined();
    expect(measure.input({}, 1000)).toBeUndefined();
  });

  it('take the time of the event within other measures too', () => {
    const ends = derived(
      { opened: first((price: number) => price), closed: last((price: number) => price) },
      (of) => [of.opened, of.closed],
    );
    const high = only((price: number) => price > 1, ends);
    let acc = high.empty();
    for (const [price, time] of [
      [3, 2000],
      [1, 500],
      [2, 1000],
      [5, 1500],
    ] as const) {
      const input = high.input(price, time);
      if (input !== null && input !== undefined) acc = high.add(acc, input);
    }

    expect(high.result(high.decode(high.encode(acc)))).toEqual([2, 3]);
  });

  it('keep the value as it was, whatever becomes of the object', () => {
    const value = { price: 1 };
    const acc = latest.add(latest.empty(), { time: 1, value });

    value.price = 2;

    expect(latest.result(acc)).toEqual({ price: 1 });
  });

  it('store a time and JSON', () => {
    const acc = latest.add(latest.empty(), { time: 300, value: 'ä' });

    expect(Buffer.from(latest.encode(acc)).toString('hex')).toBe('01ac020422c3a422');
    expect(latest.result(latest.decode(Buffer.from('01ac020422c3a422', 'hex')))).toBe('ä');
  });

  it.each([
    ['text that is not UTF-8', '01ac020422c3c322'],
    ['text that is not JSON', '01ac02022261'],
    ['no text', '01ac0200'],
    ['null', '01ac02046e756c6c'],
    ['a text that breaks off', '01ac02042261'],
  ])('refuse stored bytes with %s', (_what, hex) => {
    expect(() => earliest.decode(Buffer.from(hex, 'hex'))).toThrow(EncodingError);
  });
});

describe.each([earliest, latest])('input of $kind', (measure) => {
  const refusal = (value: unknown) => measure.refuse({ time: 0, value: value as Value });

  it.each([
    'x',
    '',
    0,
    -1.5,
    true,
    { a: [1, null] },
    [],
    Object.create(null),
    'x'.repeat(1022),
    '\u{1F6EB}'.repeat(255),
  ])('lets %j through', (value) => {
    expect(refusal(value)).toBeUndefined();
  });

  it.each([
    [NaN, 'must be a text, a finite number or a boolean, got NaN'],
    [10n, 'must be a text, a finite number or a boolean, got 10'],
    [() => 1, 'must be a text, a finite number or a boolean, got a function'],
    [new Date(0), 'must be a plain object, got one that is of a class'],
    [new Map(), 'must be a plain object, got one that is of a class'],
    [{ toJSON: () => 1 }, 'or has a toJSON'],
    ['x'.repeat(1023), 'must take at most 1024 bytes as JSON, takes 1025; keep a part of it'],
    ['\u0001'.repeat(171), 'must take at most 1024 bytes as JSON, takes 1028; keep a part of it'],
    [{ a: 'x'.repeat(1100) }, 'must take at most 1024 bytes as JSON, takes 1108; keep a part of it'],
  ])('refuses %s', (value, detail) => {
    expect(refusal(value)).toContain(detail);
  });
});
