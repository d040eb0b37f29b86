import { count, definePipeline, last } from '../../lib/index.ts';
import { groupBy } from './brute-force.ts';
import { bids, bidsOf, type Bid, type NexmarkEvent } from './events.ts';
import type { Query } from './query.ts';
import { rowName, type Row, type Rows } from './rows.ts';

const GAP = 10_000;

/** User sessions: what each bidder bids without a pause of ten seconds. */
export const q11: Query = {
  over: 'busy',
  pipeline: definePipeline({
    maxOutOfOrderness: '5s',
    unmatched: 'ignore',
    aggregates: {
      sessions: bids.aggregate({
        key: { bidder: (bid) => bid.bidder },
        pane: '10s',
        session: { gap: '10s', max: '1h' },
        measures: { bids: count(), until: last((bid) => bid.dateTime) },
      }),
    },
  }),
  expected,
};

function expected(events: readonly NexmarkEvent[]): Rows {
  const inOrder = bidsOf(events).sort((a, b) => timeOf(a) - timeOf(b));
  const rows = new Map<string, Row>();
  for (const [bidder, all] of groupBy(inOrder, (bid) => String(bid.bidder))) {
    const starts = all.filter((bid, i) => i === 0 || timeOf(bid) - timeOf(all[i - 1]!) >= GAP);
    for (const [n, start] of starts.entries()) {
      const session = all.slice(all.indexOf(start), starts[n + 1] && all.indexOf(starts[n + 1]!));
      rows.set(rowName('sessions', [bidder], timeOf(start)), {
        bids: session.length,
        until: session.at(-1)?.dateTime,
      });
    }
  }
  return rows;
}

function timeOf({ dateTime }: Bid): number {
  return Date.parse(dateTime);
}
