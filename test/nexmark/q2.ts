import { count, definePipeline, first, last, sum } from '../../lib/index.ts';
import { groupBy, prices, startOf, sumOf } from './brute-force.ts';
import { bids, bidsOf, type Bid, type NexmarkEvent } from './events.ts';
import type { Query } from './query.ts';
import { rowName, type Row, type Rows } from './rows.ts';

const price = (bid: Bid): number => bid.price;

/** Selection: the bids on every 123rd auction. A key function that says `others` of the rest keeps their keys out. */
export const q2: Query = {
  over: 'busy',
  pipeline: definePipeline({
    maxOutOfOrderness: '5s',
    unmatched: 'ignore',
    aggregates: {
      selected: bids.aggregate({
        key: { auction: ({ auction }) => (auction % 123 === 0 ? auction : 'others') },
        pane: '10s',
        measures: { n: count(), total: sum(price), first: first(price), last: last(price) },
      }),
    },
  }),
  expected,
};

function expected(events: readonly NexmarkEvent[]): Rows {
  const inOrder = bidsOf(events).sort((a, b) => Date.parse(a.dateTime) - Date.parse(b.dateTime));
  const nameOf = (bid: Bid): string => {
    const isSelected = Number.isInteger(bid.auction / 123);
    return rowName('selected', [isSelected ? bid.auction : 'others'], startOf(bid, 10_000));
  };
  return new Map(
    [...groupBy(inOrder, nameOf)].map(([name, group]): [string, Row] => {
      const all = prices(group);
      return [name, { n: all.length, total: sumOf(all), first: all[0], last: all.at(-1) }];
    }),
  );
}
