import { definePipeline, last } from '../../lib/index.ts';
import { groupBy, startOf } from './brute-force.ts';
import { bids, bidsOf, type NexmarkEvent } from './events.ts';
import { expectedRanks, priceRanks } from './price-ranks.ts';
import type { Query } from './query.ts';
import { rowName, type Row, type Rows } from './rows.ts';

/** Channel statistics: each channel's bids, bidders and auctions of a day by price, and the minute of its last bid. */
export const q16: Query = {
  over: 'quiet',
  pipeline: definePipeline({
    maxOutOfOrderness: '1m',
    unmatched: 'ignore',
    aggregates: {
      channels: bids.aggregate({
        key: { channel: (bid) => bid.channel },
        pane: '1d',
        measures: { ...priceRanks(), minute: last((bid) => bid.dateTime.slice(11, 16)) },
      }),
    },
  }),
  expected,
};

function expected(events: readonly NexmarkEvent[]): Rows {
  const groups = groupBy(bidsOf(events), (bid) =>
    rowName('channels', [bid.channel], startOf(bid, 86_400_000)),
  );
  return new Map(
    [...groups].map(([name, group]): [string, Row] => {
      const minutes = group.map(({ dateTime }) => dateTime.slice(11, 16)).sort();
      return [name, { ...expectedRanks(group), minute: minutes.at(-1) }];
    }),
  );
}
