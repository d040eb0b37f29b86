import { definePipeline, topBy } from '../../lib/index.ts';
import { groupBy } from './brute-force.ts';
import { bids, bidsOf, type NexmarkEvent } from './events.ts';
import type { Query } from './query.ts';
import { rowName, type Row, type Rows } from './rows.ts';

/** Auction top 10: the ten highest bids on each auction, of all time. */
export const q19: Query = {
  over: 'busy',
  pipeline: definePipeline({
    maxOutOfOrderness: '5s',
    unmatched: 'ignore',
    aggregates: {
      highest: bids.aggregate({
        key: { auction: (bid) => bid.auction },
        pane: 'global',
        measures: {
          bids: topBy(
            ({ bidder, channel, dateTime }) => ({ bidder, channel, dateTime }),
            (bid) => bid.price,
            10,
          ),
        },
      }),
    },
  }),
  expected,
};

function expected(events: readonly NexmarkEvent[]): Rows {
  const groups = groupBy(bidsOf(events), (bid) => rowName('highest', [bid.auction], 0));
  return new Map(
    [...groups].map(([name, group]): [string, Row] => {
      const highest = group
        .map(({ bidder, channel, dateTime, price }) => ({ value: { bidder, channel, dateTime }, by: price }))
        .sort((a, b) => b.by - a.by || (JSON.stringify(a.value) < JSON.stringify(b.value) ? -1 : 1));
      return [name, { bids: highest.slice(0, 10) }];
    }),
  );
}
