import { expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import {
  count,
  derived,
  distinct,
  first,
  histogram,
  last,
  max,
  mean,
  min,
  only,
  quantile,
  quantiles,
  rate,
  ratio,
  stddev,
  sum,
  topBy,
  topK,
  variance,
  type Bucket,
  type Measure,
  type Percentiles,
  type RankedValue,
  type TopValue,
} from '../../lib/measures/index.ts';
import { definePipeline } from '../../lib/pipeline/define.ts';
import { tumbling } from '../../lib/time/window.ts';

const event = z.object({ time: z.string(), page: z.string(), ms: z.number(), size: z.number().nullish() });

it('takes the event from the pipeline, and gives numbers to the conditions', () => {
  definePipeline(event, {
    eventTime: (view) => view.time,
    aggregates: {
      views: {
        key: { page: (view) => view.page },
        pane: '1m',
        measures: {
          n: count(),
          total: sum((view) => view.ms),
          least: min((view) => view.size),
          most: max((view) => view.size),
          average: mean((view) => view.ms),
          spread: variance((view) => view.ms),
          deviation: stddev((view) => view.ms),
        },
      },
    },
  });
});

it('refuses a field that is not a number', () => {
  definePipeline(event, {
    eventTime: (view) => view.time,
    aggregates: {
      views: {
        key: {},
        pane: '1m',
        // @ts-expect-error a page is text
        measures: { average: mean((view) => view.page) },
      },
    },
  });
});

it('stands alone with its event type given', () => {
  expectTypeOf(count<string>()).toExtend<Measure<string, number>>();
  expectTypeOf(sum<number>((value) => value)).toExtend<Measure<number, number>>();
});

it('gives conditions what each measure gives', () => {
  definePipeline(event, {
    eventTime: (view) => view.time,
    aggregates: {
      views: {
        key: {},
        pane: '1m',
        measures: {
          slow: count((view) => view.ms > 500),
          p99: quantile((view) => view.ms),
          exact: quantile((view) => view.size, 0.5, { accuracy: 0.001 }),
          wait: quantiles((view) => view.ms, [0.5, 0.05, 0.999, 1]),
          sizes: histogram((view) => view.size, [0, 100]),
          home: only(
            (view) => view.page === '/',
            mean((view) => view.ms),
          ),
          homeWait: only(
            (view) => view.page === '/',
            quantiles((view) => view.ms, [0.9]),
          ),
          perSecond: rate('1s'),
          bytes: rate((view) => view.size, '1m'),
          slowRate: rate(
            count((view) => view.ms > 500),
            '1h',
          ),
          medianRate: rate(
            quantile((view) => view.ms, 0.5),
            '1h',
          ),
          slowShare: ratio(
            count((view) => view.ms > 500),
            count(),
          ),
          spread: derived(
            { most: max((view) => view.ms), wait: quantiles((view) => view.ms, [0.1]) },
            (of) => {
              expectTypeOf(of).toEqualTypeOf<Readonly<{ most: number; wait: Percentiles<readonly [0.1]> }>>();
              return of.wait.p10 === null ? 'none' : of.most - of.wait.p10;
            },
          ),
        },
      },
    },
    alerts: {
      all: {
        on: 'views',
        over: tumbling('1h'),
        when: (window) => {
          expectTypeOf(window.slow).toEqualTypeOf<number>();
          expectTypeOf(window.p99).toEqualTypeOf<number | null>();
          expectTypeOf(window.exact).toEqualTypeOf<number | null>();
          expectTypeOf(window.wait).toEqualTypeOf<{
            readonly p50: number | null;
            readonly p5: number | null;
            readonly 'p99.9': number | null;
            readonly p100: number | null;
          }>();
          expectTypeOf(window.sizes).toEqualTypeOf<readonly Bucket[]>();
          expectTypeOf(window.home).toEqualTypeOf<number>();
          expectTypeOf(window.homeWait).toEqualTypeOf<{ readonly p90: number | null }>();
          expectTypeOf(window.perSecond).toEqualTypeOf<number>();
          expectTypeOf(window.bytes).toEqualTypeOf<number>();
          expectTypeOf(window.slowRate).toEqualTypeOf<number>();
          expectTypeOf(window.medianRate).toEqualTypeOf<number | null>();
          expectTypeOf(window.slowShare).toEqualTypeOf<number | null>();
          expectTypeOf(window.spread).toEqualTypeOf<number | string>();
          // @ts-expect-error there is no 95th percentile among them
          return window.wait.p95 !== null;
        },
      },
    },
  });
});

it('names percentiles by the digits of their share', () => {
  expectTypeOf<keyof Percentiles<readonly [0, 0.001, 0.01, 0.1, 0.29, 0.9, 0.9999, 1]>>().toEqualTypeOf<
    'p0' | 'p0.1' | 'p1' | 'p10' | 'p29' | 'p90' | 'p99.99' | 'p100'
  >();
  expectTypeOf<keyof Percentiles<readonly number[]>>().toEqualTypeOf<`p${number}`>();
});

it('refuses fields that there are not, and what a measure cannot use, however deep it stands', () => {
  definePipeline(event, {
    eventTime: (view) => view.time,
    aggregates: {
      views: {
        key: {},
        pane: '1m',
        measures: {
          // @ts-expect-error the field is called ms
          slow: count((view) => view.millis > 500),
          // @ts-expect-error a page is text
          pages: histogram((view) => view.page, [1]),
          home: only(
            // @ts-expect-error the field is called page
            (view) => view.path === '/',
            mean((view) => view.ms),
          ),
          homeTime: only(
            (view) => view.page === '/',
            // @ts-expect-error a page is text
            mean((view) => view.page),
          ),
          // @ts-expect-error a second is 1s
          perSecond: rate('second'),
          share: ratio(
            // @ts-expect-error the field is called ms
            count((view) => view.millis > 500),
            count(),
          ),
          buckets: ratio(
            // @ts-expect-error buckets cannot be divided
            histogram((view) => view.ms, [1]),
            count(),
          ),
          // @ts-expect-error there is no measure of this name
          twice: derived({ n: count() }, (of) => of.m * 2),
        },
      },
    },
  });
});

it('gives back values of the type that was taken out of events', () => {
  definePipeline(event, {
    eventTime: (view) => view.time,
    aggregates: {
      views: {
        key: {},
        pane: '1m',
        measures: {
          pages: distinct((view) => view.page),
          sizes: distinct((view) => view.size, { precision: 14 }),
          opened: first((view) => view.size),
          closed: last((view) => ({ page: view.page, ms: view.ms })),
          homeFirst: only(
            (view) => view.page === '/',
            first((view) => view.ms),
          ),
          top: topK((view) => view.page),
          topSizes: topK((view) => view.size, 3, { capacity: 50 }),
          slowest: topBy(
            (view) => ({ page: view.page }),
            (view) => view.size,
            3,
          ),
        },
      },
    },
    alerts: {
      all: {
        on: 'views',
        over: tumbling('1h'),
        when: (window) => {
          expectTypeOf(window.pages).toEqualTypeOf<number>();
          expectTypeOf(window.sizes).toEqualTypeOf<number>();
          expectTypeOf(window.opened).toEqualTypeOf<number | null>();
          expectTypeOf(window.closed).toEqualTypeOf<{ page: string; ms: number } | null>();
          expectTypeOf(window.homeFirst).toEqualTypeOf<number | null>();
          expectTypeOf(window.top).toEqualTypeOf<readonly TopValue<string>[]>();
          expectTypeOf(window.topSizes).toEqualTypeOf<readonly TopValue<number>[]>();
          expectTypeOf(window.slowest).toEqualTypeOf<readonly RankedValue<{ page: string }>[]>();
          // @ts-expect-error there may be no first value
          return window.opened > 3;
        },
      },
    },
  });
});

it('refuses values that cannot be kept or told apart', () => {
  definePipeline(event, {
    eventTime: (view) => view.time,
    aggregates: {
      views: {
        key: {},
        pane: '1m',
        measures: {
          // @ts-expect-error objects are not told apart
          objects: distinct((view) => ({ page: view.page })),
          // @ts-expect-error a bigint is not JSON
          big: topK((view) => BigInt(view.ms)),
          // @ts-expect-error nor is it here
          bigger: last((view) => BigInt(view.ms)),
          // @ts-expect-error the field is called page
          path: first((view) => view.path === null),
        },
      },
    },
  });
});
