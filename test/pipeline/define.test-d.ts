/* eslint-disable @typescript-eslint/no-unsafe-return -- what does not compile has no type */
import { describe, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import {
  anomaly,
  count,
  definePipeline,
  mean,
  only,
  quantiles,
  ratio,
  sliding,
  tumbling,
  type Pipeline,
} from '../../lib/index.ts';

const view = z.object({ at: z.string(), page: z.string(), ms: z.number(), tries: z.coerce.number() });

describe('definePipeline', () => {
  it('types the functions by what the schema gives, not by what it takes', () => {
    const pipeline = definePipeline(view, {
      eventTime: (event) => {
        expectTypeOf(event).toEqualTypeOf<{ at: string; page: string; ms: number; tries: number }>();
        return event.at;
      },
      aggregates: {
        views: {
          key: { page: (event) => event.page, tries: (event) => event.tries },
          pane: '1m',
          measures: { n: count(), slow: mean((event) => event.ms) },
        },
      },
    });
    expectTypeOf(pipeline).toEqualTypeOf<Pipeline>();
  });

  it('types a condition by the measures of the aggregate that it is on', () => {
    definePipeline(view, {
      eventTime: (event) => event.at,
      aggregates: {
        views: { key: {}, pane: '1m', measures: { n: count(), slow: mean((event) => event.ms) } },
        pages: { key: { page: (event) => event.page }, pane: '1m', measures: { hits: count() } },
      },
      alerts: {
        slow: {
          on: 'views',
          over: sliding('10m', '1m'),
          when: (window, context) => {
            expectTypeOf(window).toEqualTypeOf<Readonly<{ n: number; slow: number }>>();
            expectTypeOf(context.start).toEqualTypeOf<number>();
            expectTypeOf(context.key).toEqualTypeOf<Readonly<Record<string, string>>>();
            return window.n > 20 && window.slow > 500;
          },
          clear: (window) => window.slow < 100,
        },
        popular: { on: 'pages', over: tumbling('1h'), when: (window) => window.hits > 1_000 },
      },
    });
  });

  it('types what is watched for anomalies by the measures of the aggregate', () => {
    definePipeline(view, {
      eventTime: (event) => event.at,
      aggregates: {
        views: { key: {}, pane: '1m', measures: { n: count(), slow: mean((event) => event.ms) } },
      },
      alerts: {
        odd: {
          on: 'views',
          over: tumbling('5m'),
          value: (window) => {
            expectTypeOf(window).toEqualTypeOf<Readonly<{ n: number; slow: number }>>();
            return window.slow;
          },
          when: anomaly({ sensitivity: 5, season: 'daily' }),
          severity: 'critical',
          for: '5m',
          keepFiringFor: '10m',
          atLeast: { windows: 2, of: 3 },
        },
        misspelt: {
          on: 'views',
          over: tumbling('5m'),
          // @ts-expect-error -- no such measure
          value: (window) => window.slowest,
          when: anomaly(),
        },
      },
    });
  });

  it('types a condition by the parts of a result, and asks for what may be missing', () => {
    definePipeline(view, {
      eventTime: (event) => event.at,
      aggregates: {
        views: {
          key: {},
          pane: '1m',
          measures: {
            wait: quantiles((event) => event.ms, [0.5, 0.999]),
            again: ratio(
              count((event) => event.tries > 1),
              count(),
            ),
            home: only(
              (event) => event.page === '/',
              mean((event) => event.ms),
            ),
          },
        },
      },
      alerts: {
        slow: {
          on: 'views',
          over: tumbling('1h'),
          when: (window) => {
            expectTypeOf(window.wait).toEqualTypeOf<{
              readonly p50: number | null;
              readonly 'p99.9': number | null;
            }>();
            expectTypeOf(window.again).toEqualTypeOf<number | null>();
            expectTypeOf(window.home).toEqualTypeOf<number>();
            return window.home > 500 && (window.wait.p50 ?? 0) > 100;
          },
          // @ts-expect-error the share is null over no views
          clear: (window) => window.again < 0.5,
        },
      },
    });
  });

  it('does not compile with a misspelt measure in a condition', () => {
    definePipeline(view, {
      eventTime: (event) => event.at,
      aggregates: { views: { key: {}, pane: '1m', measures: { hits: count() } } },
      alerts: {
        busy: {
          on: 'views',
          over: tumbling('1h'),
          // @ts-expect-error the measure is called hits
          when: (window) => window.hit > 10,
          // @ts-expect-error the measure is called hits
          clear: (window) => window.Hits < 5,
        },
      },
    });
  });

  it('does not compile with a measure of another aggregate', () => {
    definePipeline(view, {
      eventTime: (event) => event.at,
      aggregates: {
        views: { key: {}, pane: '1m', measures: { hits: count() } },
        pages: { key: {}, pane: '1m', measures: { slow: mean((event) => event.ms) } },
      },
      alerts: {
        // @ts-expect-error slow is a measure of pages, not of views
        busy: { on: 'views', over: tumbling('1h'), when: (window) => window.slow > 10 },
      },
    });
  });

  it('does not compile with an unknown aggregate', () => {
    definePipeline(view, {
      eventTime: (event) => event.at,
      aggregates: { views: { key: {}, pane: '1m', measures: { hits: count() } } },
      alerts: {
        busy: {
          // @ts-expect-error the aggregate is called views
          on: 'view',
          over: tumbling('1h'),
          when: () => true,
        },
      },
    });
  });

  it('does not compile with a misspelt field of the event, with alerts', () => {
    definePipeline(view, {
      // @ts-expect-error the field is called at
      eventTime: (event) => event.time,
      aggregates: {
        views: {
          // @ts-expect-error the field is called page
          key: { page: (event) => event.pages },
          pane: '1m',
          // @ts-expect-error the field is called ms
          measures: { slow: mean((event) => event.millis) },
        },
      },
      alerts: { slow: { on: 'views', over: tumbling('1h'), when: (window) => window.slow > 10 } },
    });
  });

  it('does not compile with a misspelt field of the event, without alerts', () => {
    definePipeline(view, {
      // @ts-expect-error the field is called at
      eventTime: (event) => event.time,
      aggregates: {
        views: {
          // @ts-expect-error the field is called page
          key: { page: (event) => event.pages },
          pane: '1m',
          // @ts-expect-error the field is called ms
          measures: { slow: mean((event) => event.millis) },
        },
      },
    });
  });

  it('does not compile with a text that is no duration', () => {
    definePipeline(view, {
      eventTime: (event) => event.at,
      // @ts-expect-error a duration has a unit
      maxOutOfOrderness: '30',
      aggregates: {
        // @ts-expect-error weeks are no unit
        views: { key: {}, pane: '1w', measures: { hits: count() } },
      },
    });
    // @ts-expect-error an hour is 1h
    tumbling('1 hour');
    // @ts-expect-error a window that slides says by how much
    sliding('1h');
  });

  it('does not compile with a dimension that cannot be text', () => {
    definePipeline(view, {
      eventTime: (event) => event.at,
      aggregates: {
        // @ts-expect-error an object has no one text
        views: { key: { page: (event) => ({ page: event.page }) }, pane: '1m', measures: { hits: count() } },
      },
    });
  });

  it('does not compile with an unknown severity', () => {
    definePipeline(view, {
      eventTime: (event) => event.at,
      aggregates: { views: { key: {}, pane: '1m', measures: { hits: count() } } },
      alerts: {
        // @ts-expect-error fatal is no severity
        busy: { on: 'views', over: tumbling('1h'), when: (window) => window.hits > 1, severity: 'fatal' },
      },
    });
  });
});
