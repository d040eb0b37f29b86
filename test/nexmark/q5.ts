import { count, definePipeline, derived, sliding, topBy } from '../../lib/index.ts';
import { groupBy, startOf } from './brute-force.ts';
import { bids, bidsOf, type Bid, type NexmarkEvent } from './events.ts';
import type { Query } from './query.ts';
import { rowName, type Row, type Rows } from './rows.ts';

const SIZE = 10_000;
const SLIDE = 2_000;

const perAuction = bids.aggregate({
  key: { auction: (bid) => bid.auction },
  pane: '2s',
  measures: { n: count() },
});

/** The auctions with the most bids in the last ten seconds, every two seconds. */
const hottest = perAuction.windows(sliding('10s', '2s')).aggregate({
  key: {},
  pane: '2s',
  measures: {
    auctions: derived(
      {
        top: topBy(
          (window) => window.key.auction,
          (window) => window.measures.n,
        ),
      },
      ({ top }) => top.filter(({ by }) => by === top[0]?.by),
    ),
  },
});

/** Hot items: an aggregate over the windows of another. */
export const q5: Query = {
  over: 'busy',
  pipeline: definePipeline({
    maxOutOfOrderness: '5s',
    unmatched: 'ignore',
    aggregates: { perAuction, hottest },
  }),
  expected,
};

function expected(events: readonly NexmarkEvent[]): Rows {
  const all = bidsOf(events);
  const panes = groupBy(all, (bid) => rowName('perAuction', [bid.auction], startOf(bid, SLIDE)));
  // Each bid is in all windows that end within ten seconds after it, and a window's row has the name of its last two seconds.
  const windows = groupBy(
    all.flatMap((bid) => lastStretches(bid).map((start) => ({ bid, start }))),
    ({ start }) => rowName('hottest', [], start),
  );
  return new Map<string, Row>([
    ...[...panes].map(([name, group]): [string, Row] => [name, { n: group.length }]),
    ...[...windows].map(([name, group]): [string, Row] => [
      name,
      { auctions: mostBids(group.map(({ bid }) => bid)) },
    ]),
  ]);
}

function lastStretches(bid: Bid): number[] {
  return Array.from({ length: SIZE / SLIDE }, (_, i) => startOf(bid, SLIDE) + i * SLIDE);
}

function mostBids(group: readonly Bid[]): { value: string; by: number }[] {
  const counts = [...groupBy(group, ({ auction }) => String(auction))].map(([value, { length: by }]) => ({
    value,
    by,
  }));
  const most = Math.max(...counts.map(({ by }) => by));
  return counts.filter(({ by }) => by === most).sort((a, b) => (a.value < b.value ? -1 : 1));
}
