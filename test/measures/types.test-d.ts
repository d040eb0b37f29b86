import { expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import { count, max, mean, min, stddev, sum, variance, type Measure } from '../../lib/measures/index.ts';
import { definePipeline } from '../../lib/pipeline/define.ts';

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
