import { expect, it } from 'vitest';
import { z } from 'zod';
import { Fold } from '../../lib/fold/fold.ts';
import { createInterpreter, isRejection } from '../../lib/fold/interpret.ts';
import { resultsOf } from '../../lib/fold/pane.ts';
import {
  count,
  definePipeline,
  derived,
  histogram,
  max,
  mean,
  only,
  quantile,
  quantiles,
  rate,
  ratio,
} from '../../lib/index.ts';
import { paneItem, readPaneItem } from '../../lib/store/pane-item.ts';
import { T0 } from '../support/pipeline.ts';

const view = z.object({ at: z.number(), page: z.string(), ms: z.number().nullable() });
const pipeline = definePipeline(view, {
  eventTime: (event) => event.at,
  aggregates: {
    views: {
      key: {},
      pane: '1m',
      measures: {
        slow: count((event) => (event.ms ?? 0) > 100),
        home: only(
          (event) => event.page === '/',
          mean((event) => event.ms),
        ),
        median: quantile((event) => event.ms, 0.5, { accuracy: 0.05 }),
        wait: quantiles((event) => event.ms, [0.5, 0.9]),
        times: histogram((event) => event.ms, [0, 0.5, 100]),
        perSecond: rate('1s'),
        slowShare: ratio(
          count((event) => (event.ms ?? 0) > 100),
          count(),
        ),
        verdict: derived({ most: max((event) => event.ms), perSecond: rate('1s') }, ({ most, perSecond }) =>
          most * perSecond > 10 ? 'heavy' : 'light',
        ),
      },
    },
  },
});
const [views] = pipeline.aggregates;

it('reads out of an item what was folded into it', () => {
  const interpret = createInterpreter(pipeline);
  const fold = new Fold(pipeline, -Infinity);
  for (const [i, ms] of [120, -3, null, 0, 7.5, 300].entries()) {
    const event = interpret({ at: T0 + 1_000 * i, page: i % 2 === 0 ? '/' : '/cart', ms }, undefined);
    if (event === 'ignored' || isRejection(event)) throw new Error(JSON.stringify(event));
    fold.add(event, String(i + 1));
  }
  const [pane] = [...fold.panes[0]!];

  const ref = { aggregate: views!, key: '', start: T0, lane: 'events/shard' };
  const { accs, records, first, last: mark } = pane!;
  const item = paneItem(ref, { accs, records, first, mark, closed: undefined, version: 1 }, 0);
  const results = resultsOf(views!, readPaneItem(views!, item).accs);

  expect(results).toEqual(resultsOf(views!, accs));
  expect(results).toMatchObject({
    slow: 2,
    home: (120 + 7.5) / 2,
    times: [{ count: 1 }, { count: 1 }, { count: 1 }, { count: 2 }],
    perSecond: 0.1,
    slowShare: 1 / 3,
    verdict: 'heavy',
  });
  expect(Object.keys(item.m?.M ?? {})).toEqual([
    'slow:count',
    'home:mean',
    'median:quantile(accuracy=0.05)',
    'wait:quantiles',
    'times:histogram(0,0.5,100)',
    'perSecond:rate(count)',
    'slowShare:ratio(count,count)',
    'verdict:derived(most=max,perSecond=rate(count))',
  ]);
});

it('quarantines a record with a bad value of a part, and says of which', () => {
  const shares = definePipeline(z.object({ at: z.number(), ms: z.custom<number>() }), {
    eventTime: (event) => event.at,
    aggregates: {
      views: {
        key: {},
        pane: '1m',
        measures: {
          share: ratio(
            count(),
            mean((event) => event.ms),
          ),
        },
      },
    },
  });

  expect(createInterpreter(shares)({ at: T0, ms: 'much' }, undefined)).toEqual({
    reason: 'bad-value',
    detail: 'views.share (denominator) must be a finite number, got "much"',
  });
});
