import { count, definePipeline, max, mean, min, sum } from '../../lib/index.ts';
import { groupBy, prices, startOf, sumOf } from './brute-force.ts';
import { bids, bidsOf, type Bid, type NexmarkEvent } from './events.ts';
import { isRank1, isRank2, isRank3 } from './price-ranks.ts';
import type { Query } from './query.ts';
import { rowName, type Row, type Rows } from './rows.ts';

const price = (bid: Bid): number => bid.price;

/** Auction statistics: each auction's bids of a day, and what was bid. */
export const q17: Query = {
  over: 'quiet',
  pipeline: definePipeline({
    maxOutOfOrderness: '1m',
    unmatched: 'ignore',
    aggregates: {
      auctions: bids.aggregate({
        key: { auction: (bid) => bid.auction },
        pane: '1d',
        measures: {
          bids: count(),
          rank1Bids: count(isRank1),
          rank2Bids: count(isRank2),
          rank3Bids: count(isRank3),
          least: min(price),
          most: max(price),
          average: mean(price),
          total: sum(price),
        },
      }),
    },
  }),
  expected,
};

function expected(events: readonly NexmarkEvent[]): Rows {
  const groups = groupBy(bidsOf(events), (bid) =>
    rowName('auctions', [bid.auction], startOf(bid, 86_400_000)),
  );
  return new Map(
    [...groups].map(([name, group]): [string, Row] => {
      const all = prices(group).sort((a, b) => a - b);
      const total = sumOf(all);
      const below = (limit: number) => all.filter((price) => price < limit).length;
      return [
        name,
        {
          bids: all.length,
          rank1Bids: below(10_000),
          rank2Bids: below(1_000_000) - below(10_000),
          rank3Bids: all.length - below(1_000_000),
          least: all[0],
          most: all.at(-1),
          average: total / all.length,
          total,
        },
      ];
    }),
  );
}
