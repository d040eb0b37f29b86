import { count, definePipeline, distinct } from '../../lib/index.ts';
import { different, groupBy, startOf } from './brute-force.ts';
import { bids, bidsOf, type Bid, type NexmarkEvent } from './events.ts';
import type { Query } from './query.ts';
import { rowName, type Row, type Rows } from './rows.ts';

const directory =
  (n: number) =>
  ({ url }: Bid): string =>
    url.split('/')[2 + n] ?? '';

/** URL directories: bids by the first three directories of their URL. */
export const q22: Query = {
  over: 'quiet',
  pipeline: definePipeline({
    maxOutOfOrderness: '1m',
    unmatched: 'ignore',
    aggregates: {
      directories: bids.aggregate({
        key: { dir1: directory(1), dir2: directory(2), dir3: directory(3) },
        pane: '1h',
        measures: { n: count(), bidders: distinct((bid) => bid.bidder) },
      }),
    },
  }),
  expected,
};

function expected(events: readonly NexmarkEvent[]): Rows {
  const groups = groupBy(bidsOf(events), (bid) => {
    const [, ...directories] = new URL(bid.url).pathname.split('/');
    return rowName('directories', directories.slice(0, 3), startOf(bid, 3_600_000));
  });
  return new Map(
    [...groups].map(([name, group]): [string, Row] => [
      name,
      { n: group.length, bidders: different(group.map(({ bidder }) => bidder)) },
    ]),
  );
}
