import { z } from 'zod';
import { count, definePipeline, max, mean, min, sum } from '../../lib/index.ts';

const flight = z.object({ time: z.string(), origin: z.string(), delay: z.number() });

/** What DuckDB computes of the flights too. They come up to an hour out of order. */
export default definePipeline(flight, {
  eventTime: (flight) => flight.time,
  maxOutOfOrderness: '1h',
  aggregates: {
    departures: {
      key: { origin: (flight) => flight.origin },
      pane: '15m',
      measures: {
        n: count(),
        total: sum((flight) => flight.delay),
        least: min((flight) => flight.delay),
        most: max((flight) => flight.delay),
        average: mean((flight) => flight.delay),
      },
    },
  },
});
