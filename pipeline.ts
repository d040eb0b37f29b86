import { z } from 'zod';
import { count, definePipeline, max, mean, sliding, stddev, sum } from './lib/index.ts';

/** One departure of a scheduled flight. */
const flight = z.object({
  time: z.string(),
  origin: z.string().length(3),
  destination: z.string().length(3),
  delay: z.number(),
  distance: z.number(),
});

export default definePipeline(flight, {
  eventTime: (flight) => flight.time,
  maxOutOfOrderness: '1m',
  aggregates: {
    departures: {
      key: { origin: (flight) => flight.origin },
      pane: '15m',
      retain: '30d',
      measures: {
        flights: count(),
        delay: mean((flight) => flight.delay),
        spread: stddev((flight) => flight.delay),
        worst: max((flight) => flight.delay),
      },
    },
    routes: {
      key: { origin: (flight) => flight.origin, destination: (flight) => flight.destination },
      pane: '1d',
      retain: '365d',
      measures: {
        flights: count(),
        delay: mean((flight) => flight.delay),
        miles: sum((flight) => flight.distance),
      },
    },
  },
  alerts: {
    congested: {
      on: 'departures',
      over: sliding('1h', '15m'),
      when: (window) => window.flights >= 20 && window.delay > 45,
      clear: (window) => window.delay < 30,
      value: (window) => window.delay,
      threshold: 45,
      unit: 'min',
      severity: 'warning',
      summary: 'Departures leave late on average: the airport is congested.',
    },
  },
});
