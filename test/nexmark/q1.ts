import { count, definePipeline, max, mean, min, sum } from '../../lib/index.ts';
import { exactSum } from '../measures/exact.ts';
import { groupBy, startOf } from './brute-force.ts';
import { bids, bidsOf, type Bid, type NexmarkEvent } from './events.ts';
import type { Query } from './query.ts';
import { rowName, type Row, type Rows } from './rows.ts';

const euros = (bid: Bid): number => 0.908 * bid.price;

/** Currency conversion: what is bid on each auction in a minute, in euros (cents). */
export const q1: Query = {
  over: 'busy',
  pipeline: definePipeline({
    maxOutOfOrderness: '5s',
    unmatched: 'ignore',
    aggregates: {
      euros: bids.aggregate({
        key: { auction: (bid) => bid.auction },
        pane: '1m',
        measures: {
          n: count(),
          total: sum(euros),
          least: min(euros),
          most: max(euros),
          average: mean(euros),
        },
      }),
    },
  }),
  expected,
};

function expected(events: readonly NexmarkEvent[]): Rows {
  const groups = groupBy(bidsOf(events), (bid) => rowName('euros', [bid.auction], startOf(bid, 60_000)));
  return new Map(
    [...groups].map(([name, group]): [string, Row] => {
      const converted = group.map(({ price }) => price * 0.908);
      const total = exactSum(converted);
      const [n, least, most] = [group.length, Math.min(...converted), Math.max(...converted)];
      return [name, { n, total, least, most, average: total / n }];
    }),
  );
}
