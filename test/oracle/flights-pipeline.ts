import { z } from 'zod';
import { count, definePipeline, max, mean, min, sum } from '../../lib/index.ts';

const flight = z.object({ time: z.string(), origin: z.string(), delay: z.number() });

type Flight = z.output<typeof flight>;

const measures = {
  n: count<Flight>(),
  total: sum((flight: Flight) => flight.delay),
  least: min((flight: Flight) => flight.delay),
  most: max((flight: Flight) => flight.delay),
  average: mean((flight: Flight) => flight.delay),
};

/** What DuckDB computes of the flights too. They come up to an hour out of order. */
export default definePipeline(flight, {
  eventTime: (flight) => flight.time,
  maxOutOfOrderness: '1h',
  aggregates: {
    departures: {
      key: { origin: (flight) => flight.origin },
      pane: '15m',
      measures,
    },
    // An airport's day: nothing leaves for an hour. None is as long as a day, so that none is cut.
    days: {
      key: { origin: (flight) => flight.origin },
      pane: '1h',
      session: { gap: '1h', max: '1d' },
      measures,
    },
  },
});
