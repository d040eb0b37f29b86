import { z } from 'zod';
import { count, definePipeline, max, sliding, source, sum } from '../../lib/index.ts';

const at = z.number();

// Two kinds of event in one stream, and a third in a stream of its own.
const bids = source(z.object({ type: z.literal('bid'), at, auction: z.string(), price: z.number() }), {
  eventTime: (bid) => bid.at,
  when: { type: 'bid' },
});
const auctions = source(z.object({ type: z.literal('auction'), at, auction: z.string() }), {
  eventTime: (auction) => auction.at,
  when: { type: 'auction' },
});
const orders = source(z.object({ at, amount: z.number() }), {
  eventTime: (order) => order.at,
  stream: 'orders',
});

export default definePipeline({
  aggregates: {
    bidding: bids.aggregate({
      key: { auction: (bid) => bid.auction },
      pane: '1m',
      measures: { n: count(), total: sum((bid) => bid.price), highest: max((bid) => bid.price) },
    }),
    paid: bids.aggregate({ key: {}, pane: '5m', measures: { n: count(), total: sum((bid) => bid.price) } }),
    opened: auctions.aggregate({ key: {}, pane: '5m', measures: { n: count() } }),
    sales: orders.aggregate({
      key: {},
      pane: '1m',
      measures: { n: count(), revenue: sum((order) => order.amount) },
    }),
  },
  alerts: { rush: { on: 'bidding', over: sliding('2m', '1m'), when: (window) => window.n >= 10 } },
  maxOutOfOrderness: '1m',
  unmatched: 'ignore',
});
