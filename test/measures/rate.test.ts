import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { count, quantile, rate, sum, type Measure } from '../../lib/measures/index.ts';
import type { Duration } from '../../lib/time/duration.ts';
import { describeLaws, fold } from './laws.ts';

const identity = (value: number) => value;
const anyDouble = fc.double({ noNaN: true, min: -1e305, max: 1e305 });
const HOUR = 3_600_000;

// The laws read results of no certain length.
function overAnHour<Result, Acc>(
  measure: Measure<number, Result, Acc, number>,
): Measure<number, Result, Acc, number> {
  return { ...measure, result: (acc) => measure.result(acc, { duration: HOUR }) };
}

describeLaws(overAnHour(rate<number>('1s')), { values: fc.constant(1), canonical: true });
describeLaws(overAnHour(rate<number>(identity, '1m')), { values: anyDouble });

describe('rate', () => {
  it.each([
    ['1s', HOUR, 1],
    ['1m', HOUR, 60],
    ['1h', HOUR, 3_600],
    ['1s', 900_000, 4],
    ['15m', 900_000, 3_600],
    ['1d', 900_000, 345_600],
  ] as const)('of 3,600 events is what comes in %s, over %d ms', (per, duration, expected) => {
    const measure = rate<number>(per);

    expect(measure.result(3_600, { duration })).toBe(expected);
  });

  it('is of the sum of a number, or of what a measure gives', () => {
    const bytes = rate<number>(identity, '1s');
    const median = rate(quantile<number>(identity, 0.5), '1s');

    expect(bytes.result(fold(bytes, [1_000, 2_000, 600]), { duration: 60_000 })).toBe(60);
    expect(bytes.input(7, 0)).toBe(7);
    expect(bytes.refuse(NaN)).toBe('must be a finite number, got NaN');
    expect(median.result(median.empty(), { duration: 60_000 })).toBeNull();
    expect(
      rate(
        count<number>((value) => value > 5),
        '1s',
      ).input(3, 0),
    ).toBeUndefined();
  });

  it('is stored under the kind of what it is of, so that the unit may change', () => {
    expect(rate('1s').kind).toBe('rate(count)');
    expect(rate(identity, '1s').kind).toBe('rate(sum)');
    expect(Buffer.from(rate('1s').encode(300)).toString('hex')).toBe('0101ac02');
  });

  it('is not read of nobody knows how long', () => {
    expect(() => rate('1s').result(1)).toThrow('give the context');
  });

  it.each(['second', '0s', '', '1w'])("refuses the unit '%s'", (per) => {
    expect(() => rate(per as Duration)).toThrow(`unit of a rate: '${per}' is no`);
  });

  it('holds of any window what its events give', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 1e9 }), (values, duration) => {
        const measure = rate<number>(identity, '1m');
        const total = sum<number>(identity);
        expect(measure.result(fold(measure, values), { duration })).toBe(
          total.result(fold(total, values)) / (duration / 60_000),
        );
      }),
    );
  });
});
