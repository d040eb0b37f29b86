/* eslint-disable @typescript-eslint/no-unsafe-return -- what does not compile has no type */
import { describe, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { count, definePipeline, mean, source, tumbling } from '../../lib/index.ts';

const view = z.object({ at: z.string(), page: z.string(), ms: z.number() });
type Views = Readonly<{ n: number; slow: number }>;
type All = Readonly<{ hits: number }>;

const aggregates = {
  views: {
    key: { page: (event: z.output<typeof view>) => event.page },
    pane: '1m' as const,
    measures: { n: count(), slow: mean((event: z.output<typeof view>) => event.ms) },
  },
  all: { key: {}, pane: '1m' as const, measures: { hits: count() } },
};

describe('the functions of a rule', () => {
  it('are typed by what the aggregate measures', () => {
    definePipeline(view, {
      eventTime: (event) => event.at,
      aggregates,
      alerts: {
        slow: {
          on: 'views',
          over: tumbling('5m'),
          with: ['all'],
          compare: ['1h'],
          when: {
            warning: (window, { with: others, before }) => {
              expectTypeOf(window).toEqualTypeOf<Views>();
              expectTypeOf(others.all).toEqualTypeOf<All | undefined>();
              expectTypeOf(before('1h')).toEqualTypeOf<Views | undefined>();
              return window.slow > 100;
            },
            critical: (window) => window.slow > 500,
          },
          clear: (window) => {
            expectTypeOf(window).toEqualTypeOf<Views>();
            return window.slow < 50;
          },
          value: (window, { with: { all } }) => window.n / (all?.hits ?? 1),
          threshold: { warning: 100, critical: 500 },
          atLeast: { windows: 2, of: 3 },
          missing: 'keep',
        },
        either: { of: ['slow'], when: ({ slow }) => slow },
      },
    });
  });

  it('are typed in a graph too', () => {
    const views = source(view, { eventTime: (event) => event.at });
    definePipeline({
      aggregates: { views: views.aggregate(aggregates.views), all: views.aggregate(aggregates.all) },
      alerts: {
        slow: {
          on: 'views',
          over: tumbling('5m'),
          with: ['all'],
          when: (window, { with: { all } }) => {
            expectTypeOf(window).toEqualTypeOf<Views>();
            expectTypeOf(all).toEqualTypeOf<All | undefined>();
            return window.n > 1;
          },
        },
      },
    });
  });

  it('know no other names', () => {
    definePipeline(view, {
      eventTime: (event) => event.at,
      aggregates,
      alerts: {
        when: {
          on: 'views',
          over: tumbling('5m'),
          // @ts-expect-error the measure is called slow
          when: { warning: (window) => window.slwo > 1 },
        },
        clear: {
          on: 'views',
          over: tumbling('5m'),
          when: (window) => window.n > 1,
          // @ts-expect-error hits is a measure of all
          clear: (window) => window.hits < 1,
        },
        value: {
          on: 'views',
          over: tumbling('5m'),
          when: (window) => window.n > 1,
          // @ts-expect-error hits is a measure of all
          value: (window) => window.hits,
        },
        before: {
          on: 'views',
          over: tumbling('5m'),
          compare: ['1h'],
          // @ts-expect-error hits is a measure of all
          when: (_window, { before }) => (before('1h')?.hits ?? 0) > 1,
        },
        beside: {
          on: 'views',
          over: tumbling('5m'),
          with: ['all'],
          // @ts-expect-error n is a measure of views
          when: (_window, { with: { all } }) => (all?.n ?? 0) > 1,
        },
      },
    });
  });

  it('ask for what may not be there', () => {
    definePipeline(view, {
      eventTime: (event) => event.at,
      aggregates,
      alerts: {
        slow: {
          on: 'views',
          over: tumbling('5m'),
          with: ['all'],
          // @ts-expect-error all may have no data
          when: (window, { with: { all } }) => window.n > all.hits,
        },
      },
    });
  });

  it('stand under names that there are', () => {
    definePipeline(view, {
      eventTime: (event) => event.at,
      aggregates,
      alerts: {
        slow: {
          on: 'views',
          over: tumbling('5m'),
          // @ts-expect-error there is no aggregate of that name
          with: ['al'],
          when: (window) => window.n > 1,
        },
        // @ts-expect-error that is no way to take missing data
        other: { on: 'views', over: tumbling('5m'), missing: 'alarm', when: (window: Views) => window.n > 1 },
        // @ts-expect-error a rule over rules says which
        composite: { when: () => true },
      },
    });
  });
});
