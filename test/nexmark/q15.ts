import { definePipeline } from '../../lib/index.ts';
import { groupBy, startOf } from './brute-force.ts';
import { bids, bidsOf, type NexmarkEvent } from './events.ts';
import { expectedRanks, priceRanks } from './price-ranks.ts';
import type { Query } from './query.ts';
import { rowName, type Row, type Rows } from './rows.ts';

/** Bidding statistics: each day's bids, bidders and auctions by price. */
export const q15: Query = {
  over: 'quiet',
  pipeline: definePipeline({
    maxOutOfOrderness: '1m',
    unmatched: 'ignore',
    aggregates: { bidding: bids.aggregate({ key: {}, pane: '1d', measures: priceRanks() }) },
  }),
  expected,
};

function expected(events: readonly NexmarkEvent[]): Rows {
  const groups = groupBy(bidsOf(events), (bid) => rowName('bidding', [], startOf(bid, 86_400_000)));
  return new Map([...groups].map(([name, group]): [string, Row] => [name, expectedRanks(group)]));
}
