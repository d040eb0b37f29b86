import { count, definePipeline, max } from '../../lib/index.ts';
import { groupBy, prices, startOf } from './brute-force.ts';
import { bids, bidsOf, type NexmarkEvent } from './events.ts';
import type { Query } from './query.ts';
import { rowName, type Row, type Rows } from './rows.ts';

/** What is known of auctions from elsewhere, by their ids modulo 7. */
const warehouses = new Map(
  ['Hamburg', 'Lyon', 'Porto', 'Turin', 'Vigo'].map((city, n): [number, string] => [n, city]),
);

/** Bounded side input join: bids are enriched from a table in the pipeline's own code, which is deployed with it. */
export const q13: Query = {
  over: 'busy',
  pipeline: definePipeline({
    maxOutOfOrderness: '5s',
    unmatched: 'ignore',
    aggregates: {
      perWarehouse: bids.aggregate({
        key: { city: ({ auction }) => warehouses.get(auction % 7) ?? 'unknown' },
        pane: '10s',
        measures: { n: count(), most: max((bid) => bid.price) },
      }),
    },
  }),
  expected,
};

function expected(events: readonly NexmarkEvent[]): Rows {
  const cities = ['Hamburg', 'Lyon', 'Porto', 'Turin', 'Vigo', 'unknown', 'unknown'];
  const groups = groupBy(bidsOf(events), (bid) =>
    rowName('perWarehouse', [cities[bid.auction % 7]], startOf(bid, 10_000)),
  );
  return new Map(
    [...groups].map(([name, group]): [string, Row] => [
      name,
      { n: group.length, most: Math.max(...prices(group)) },
    ]),
  );
}
