import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { count, mean, only, quantiles, ratio, sum, type Measure } from '../../lib/measures/index.ts';
import { describeLaws } from './laws.ts';

interface Flight {
  readonly delay: number;
  readonly distance: number;
}

const isLong = (flight: Flight) => flight.distance > 500;
const flights = fc.array(
  fc.record({ delay: fc.integer({ min: -30, max: 300 }), distance: fc.integer({ min: 0, max: 1_000 }) }),
);

describeLaws(
  only<number, number, number[], number>(
    (value) => value > 0,
    sum<number>((value) => value),
  ),
  {
    values: fc.double({ noNaN: true, min: -1e305, max: 1e305 }),
  },
);

function overEvents<Result, Acc, Input>(
  measure: Measure<Flight, Result, Acc, Input>,
  events: readonly Flight[],
): Result {
  let acc = measure.empty();
  for (const event of events) {
    const input = measure.input(event, 0);
    if (input !== null && input !== undefined) acc = measure.add(acc, input);
  }
  return measure.result(acc);
}

describe('only', () => {
  const measures: Readonly<Record<string, Measure<Flight, unknown>>> = {
    count: count(),
    mean: mean((flight) => flight.delay),
    quantiles: quantiles((flight) => flight.delay, [0.5, 0.99]),
    ratio: ratio(
      count((flight) => flight.delay > 15),
      count(),
    ),
  };

  it.each(Object.entries(measures))(
    'gives of all events what a %s gives of those that match',
    (_, measure) => {
      fc.assert(
        fc.property(flights, (all) => {
          expect(overEvents(only(isLong, measure), all)).toStrictEqual(
            overEvents(measure, all.filter(isLong)),
          );
        }),
      );
    },
  );

  it('does not ask what an event that does not match contributes', () => {
    const measure = only(
      isLong,
      mean<Flight>(() => Promise.reject(new Error('asked')) as never),
    );

    expect(measure.input({ delay: 1, distance: 0 }, 0)).toBeUndefined();
  });

  it('hands the time of the event on', () => {
    const measure = only(isLong, { ...count<Flight>(), input: (_flight, time) => time });

    expect(measure.input({ delay: 1, distance: 501 }, 77)).toBe(77);
  });

  it('is stored as the measure is', () => {
    expect(
      only(
        isLong,
        mean<Flight>((flight) => flight.delay),
      ).kind,
    ).toBe('mean');
  });
});

it('counts the events that match, as count does with a condition', () => {
  fc.assert(
    fc.property(flights, (all) => {
      expect(overEvents(count(isLong), all)).toBe(all.filter(isLong).length);
      expect(overEvents(count(isLong), all)).toBe(overEvents(only(isLong, count()), all));
    }),
  );
});
