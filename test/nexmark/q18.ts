import { definePipeline, last } from '../../lib/index.ts';
import { bids, bidsOf, type NexmarkEvent } from './events.ts';
import type { Query } from './query.ts';
import { rowName, type Row, type Rows } from './rows.ts';

/** Find last bid: the latest bid of each bidder on each auction, of all time. */
export const q18: Query = {
  over: 'quiet',
  pipeline: definePipeline({
    maxOutOfOrderness: '1m',
    unmatched: 'ignore',
    aggregates: {
      latest: bids.aggregate({
        key: { bidder: (bid) => bid.bidder, auction: (bid) => bid.auction },
        pane: 'global',
        measures: { bid: last((bid) => bid) },
      }),
    },
  }),
  expected,
};

function expected(events: readonly NexmarkEvent[]): Rows {
  const rows = new Map<string, Row>();
  const inOrder = bidsOf(events).sort((a, b) => Date.parse(a.dateTime) - Date.parse(b.dateTime));
  for (const bid of inOrder) rows.set(rowName('latest', [bid.bidder, bid.auction], 0), { bid });
  return rows;
}
