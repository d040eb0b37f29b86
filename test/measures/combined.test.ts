import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  count,
  derived,
  max,
  mean,
  min,
  quantile,
  rate,
  ratio,
  sum,
  variance,
  type Measure,
} from '../../lib/measures/index.ts';
import { describeLawsOver } from './laws.ts';

interface Flight {
  readonly delay: number | null;
  readonly distance: number;
}

const delay = (flight: Flight) => flight.delay;
const distance = (flight: Flight) => flight.distance;
const isLate = (flight: Flight) => (flight.delay ?? 0) > 15;
const flight = fc.record({
  delay: fc.option(fc.double({ noNaN: true, min: -1e9, max: 1e9 })),
  distance: fc.integer({ min: 0, max: 5_000 }),
});

/** A measure over what it takes out of events: the laws are of inputs. */
function describeCombined<Result, Acc>(
  measure: Measure<Flight, Result, Acc, readonly unknown[]>,
  canonical = false,
): void {
  const inputOf = (event: Flight) => measure.input(event, 0)!;
  describeLawsOver(measure as Measure<never, Result, Acc, readonly unknown[]>, {
    values: flight.map(inputOf),
    samples: [
      inputOf({ delay: 20, distance: 5 }),
      inputOf({ delay: -4, distance: 9 }),
      inputOf({ delay: null, distance: 3 }),
    ],
    canonical,
  });
}

const lateShare = ratio(count(isLate), count());
const summary = derived(
  { most: max(delay), least: min(delay), median: quantile(delay, 0.5), late: lateShare },
  ({ most, least, median, late }) => ({ spread: most - least, median, late }),
);

describeCombined(lateShare, true);
describeCombined(ratio(sum(distance), count()));
describeCombined(summary, true);

function overFlights<Result, Acc, Input>(
  measure: Measure<Flight, Result, Acc, Input>,
  flights: readonly Flight[],
  duration = 3_600_000,
): Result {
  let acc = measure.empty();
  for (const each of flights) {
    const input = measure.input(each, 0);
    if (input !== null && input !== undefined) acc = measure.add(acc, input);
  }
  return measure.result(acc, { duration });
}

describe('ratio', () => {
  it('is the numerator over the denominator of all events', () => {
    fc.assert(
      fc.property(fc.array(flight, { minLength: 1 }), (flights) => {
        expect(overFlights(lateShare, flights)).toBe(flights.filter(isLate).length / flights.length);
      }),
    );
  });

  it('is null if the denominator is 0, or one of the two has no values', () => {
    const grounded = [{ delay: null, distance: 0 }];

    expect(overFlights(lateShare, [])).toBeNull();
    expect(overFlights(ratio(count(), sum(distance)), grounded)).toBeNull();
    expect(overFlights(ratio(count(), quantile(delay)), grounded)).toBeNull();
    expect(overFlights(ratio(count(), mean(delay)), grounded)).toBeNull();
    expect(overFlights(ratio(mean(delay), count()), grounded)).toBeNull();
    expect(overFlights(ratio(quantile(delay), count()), grounded)).toBeNull();
    expect(overFlights(ratio(sum(distance), count()), grounded)).toBe(0);
  });

  it('is listed, and stored, by what it is of', () => {
    expect(lateShare.kind).toBe('ratio(count,count)');
    expect(Buffer.from(lateShare.encode([3, 300])).toString('hex')).toBe('01020103' + '0301ac02');
  });

  it('says which of the two has a bad value', () => {
    const measure = ratio(count(), mean<Flight>(distance));

    expect(measure.refuse([1, NaN])).toBe('(denominator) must be a finite number, got NaN');
    expect(measure.refuse([1, null])).toBeUndefined();
  });
});

describe('derived', () => {
  it('gives what its function makes of the results', () => {
    const flights = [
      { delay: 3, distance: 1 },
      { delay: null, distance: 1 },
      { delay: 20, distance: 1 },
    ];

    const { spread, median, late } = overFlights(summary, flights);

    expect(spread).toBe(17);
    expect(median).toBeCloseTo(3, 1);
    expect(late).toBe(1 / 3);
  });

  it('reads rates over the length that it is read over', () => {
    const busy = derived({ perMinute: rate<Flight>('1m') }, ({ perMinute }) =>
      perMinute > 1 ? 'busy' : 'calm',
    );
    const flights = Array.from({ length: 90 }, () => ({ delay: 0, distance: 1 }));

    expect(overFlights(busy, flights, 3_600_000)).toBe('busy');
    expect(overFlights(busy, flights, 7_200_000)).toBe('calm');
  });

  it('is stored by name and kind, in whatever order they are written', () => {
    const ab = derived({ a: sum(distance), b: variance(delay) }, ({ a, b }) => a + b);
    const ba = derived({ b: variance(delay), a: sum(distance) }, ({ a, b }) => a + b);

    expect(ab.kind).toBe('derived(a=sum,b=variance)');
    expect(ba.kind).toBe(ab.kind);
    expect(ba.encode(ba.empty())).toEqual(ab.encode(ab.empty()));
  });

  it.each([
    ['01', 'ends within a varint'],
    ['010201', 'ends within 2 bytes'],
    ['0102010303', 'ends within 3 bytes'],
    ['01020103' + '030105ff', 'stored count of 3 bytes goes on for 1 bytes'],
    ['01020103' + '020105' + 'ff', 'goes on for 1 bytes'],
  ])('refuses the stored %s', (hex, problem) => {
    expect(() => lateShare.decode(Buffer.from(hex, 'hex'))).toThrow(problem);
  });
});
