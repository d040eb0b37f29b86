import { definePipeline, topBy, tumbling } from '../../lib/index.ts';
import { groupBy, startOf } from './brute-force.ts';
import { bids, bidsOf, type Bid, type NexmarkEvent } from './events.ts';
import type { Query } from './query.ts';
import { rowName, type Row, type Rows } from './rows.ts';

const perAuction = bids.aggregate({
  key: { auction: (bid) => bid.auction },
  pane: '10s',
  measures: {
    highest: topBy(
      ({ auction, bidder, dateTime }) => ({ auction, bidder, dateTime }),
      (bid) => bid.price,
      1,
    ),
  },
});

/** The highest of the auctions' highest bids. */
const inAll = perAuction.windows(tumbling('10s')).aggregate({
  key: {},
  pane: '10s',
  measures: {
    highest: topBy(
      (window) => window.measures.highest[0]?.value,
      (window) => window.measures.highest[0]?.by,
      1,
    ),
  },
});

/** Highest bid: of each auction and of all in ten seconds, the second from the first. */
export const q7: Query = {
  over: 'busy',
  pipeline: definePipeline({
    maxOutOfOrderness: '5s',
    unmatched: 'ignore',
    aggregates: { perAuction, inAll },
  }),
  expected,
};

function expected(events: readonly NexmarkEvent[]): Rows {
  const all = bidsOf(events);
  const groups = [
    ...groupBy(all, (bid) => rowName('perAuction', [bid.auction], startOf(bid, 10_000))),
    ...groupBy(all, (bid) => rowName('inAll', [], startOf(bid, 10_000))),
  ];
  return new Map(groups.map(([name, group]): [string, Row] => [name, { highest: [highestOf(group)] }]));
}

function highestOf(group: readonly Bid[]) {
  const ranked = group
    .map(({ auction, bidder, dateTime, price }) => ({ value: { auction, bidder, dateTime }, by: price }))
    .sort((a, b) => b.by - a.by || (JSON.stringify(a.value) < JSON.stringify(b.value) ? -1 : 1));
  return ranked[0];
}
