/* eslint-disable @typescript-eslint/no-unsafe-return -- what does not compile has no type */
import { describe, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import {
  count,
  definePipeline,
  max,
  mean,
  sliding,
  source,
  sum,
  tumbling,
  type Pipeline,
} from '../../lib/index.ts';

const bid = z.object({ type: z.literal('bid'), at: z.number(), auction: z.string(), price: z.number() });
const order = z.object({ at: z.string(), amount: z.number() });

const bids = source(bid, { eventTime: (event) => event.at, when: { type: 'bid' } });
const orders = source(order, { eventTime: (event) => event.at, stream: 'orders' });
const bidding = bids.aggregate({
  key: { auction: (event) => event.auction },
  pane: '1m',
  measures: { n: count(), price: mean((event) => event.price) },
});

describe('an aggregate of a source', () => {
  it('has its functions typed by the schema of the source', () => {
    orders.aggregate({
      key: {},
      pane: '1h',
      measures: {
        revenue: sum((event) => {
          expectTypeOf(event).toEqualTypeOf<{ at: string; amount: number }>();
          return event.amount;
        }),
      },
    });
    orders.aggregate({
      key: {
        // @ts-expect-error -- an order has no auction
        auction: (event) => event.auction,
      },
      pane: '1h',
      measures: { n: count() },
    });
  });

  it('has windows with its dimensions and results', () => {
    bidding.windows(tumbling('1h')).aggregate({
      key: {
        auction: (window) => {
          expectTypeOf(window.key).toEqualTypeOf<Readonly<Record<'auction', string>>>();
          expectTypeOf(window.measures).toEqualTypeOf<Readonly<{ n: number; price: number }>>();
          return window.key.auction;
        },
      },
      pane: '1h',
      measures: { most: max((window) => window.measures.n) },
    });
  });
});

describe('a pipeline of nodes', () => {
  it('types a condition by the measures of the aggregate that it is on', () => {
    const hottest = bidding.windows(tumbling('1h')).aggregate({
      key: {},
      pane: '1h',
      measures: { most: max((window) => window.measures.n) },
    });
    const pipeline = definePipeline({
      aggregates: { bidding, hottest },
      alerts: {
        rush: {
          on: 'hottest',
          over: tumbling('1h'),
          when: (window) => {
            expectTypeOf(window).toEqualTypeOf<Readonly<{ most: number }>>();
            return window.most > 100;
          },
        },
        dear: { on: 'bidding', over: sliding('10m', '1m'), when: (window) => window.price > 9 },
      },
    });
    expectTypeOf(pipeline).toEqualTypeOf<Pipeline>();
  });

  it('does not compile with a rule on an aggregate or by a measure that is not there', () => {
    definePipeline({
      aggregates: { bidding },
      alerts: {
        // @ts-expect-error -- no such aggregate
        lost: { on: 'biding', over: tumbling('1h'), when: () => true },
      },
    });
    definePipeline({
      aggregates: { bidding },
      alerts: {
        // @ts-expect-error -- no such measure
        wrong: { on: 'bidding', over: tumbling('1h'), when: (window) => window.total > 1 },
      },
    });
  });
});
