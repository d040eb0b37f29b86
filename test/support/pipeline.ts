import type { Alert, Level } from '../../lib/pipeline/pipeline.ts';
import { z } from 'zod';
import { count, definePipeline, max, mean, sliding, sum, tumbling } from '../../lib/index.ts';

/** A page view: the event of most tests. */
export const view = z.object({
  at: z.union([z.string(), z.number()]),
  page: z.string(),
  user: z.string().default('nobody'),
  ms: z.number().nullish(),
});

export type View = z.input<typeof view>;

export const MINUTE = 60_000;
/** A round event time, in ms: midnight, so that every pane and window of a minute or an hour begins here. */
export const T0 = Date.UTC(2024, 0, 1);

/** Minutes after {@link T0} in ms. */
export const minutes = (n: number): number => T0 + n * MINUTE;

/** Two aggregates with different panes, lateness and keys, and two alerts on the first. */
export const pipeline = definePipeline(view, {
  eventTime: (event) => event.at,
  maxOutOfOrderness: '30s',
  maxAhead: '1h',
  idleAfter: '1m',
  aggregates: {
    views: {
      key: { page: (event) => event.page },
      pane: '1m',
      measures: { n: count(), ms: mean((event) => event.ms), slowest: max((event) => event.ms) },
    },
    visits: {
      key: { page: (event) => event.page, user: (event) => event.user },
      pane: '5m',
      allowedLateness: '2m',
      measures: { n: count(), total: sum((event) => event.ms) },
    },
  },
  alerts: {
    slow: {
      on: 'views',
      over: sliding('3m', '1m'),
      when: (window) => window.n >= 2 && window.ms > 100,
      clear: (window) => window.ms < 50,
      severity: 'critical',
      summary: 'Pages are slow.',
    },
    busy: { on: 'views', over: tumbling('2m'), when: (window) => window.n > 3 },
  },
});

export const views = pipeline.aggregates[0]!;
export const visits = pipeline.aggregates[1]!;
export const slow = pipeline.alerts[0]!;
export const busy = pipeline.alerts[1]!;

/** The same rule with another condition. */
export function withWhen(alert: Alert, when: Level['when']): Alert {
  return { ...alert, levels: [{ severity: alert.severity, when }] };
}
