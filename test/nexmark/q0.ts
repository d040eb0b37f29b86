import { count, definePipeline, last } from '../../lib/index.ts';
import { groupBy, startOf } from './brute-force.ts';
import { auctions, bids, persons, type NexmarkEvent } from './events.ts';
import type { Query } from './query.ts';
import { rowName, type Row, type Rows } from './rows.ts';

const through = <Event extends object>() => ({ n: count<Event>(), last: last((event: Event) => event) });

/** Pass-through: every event of every kind, counted, and each ten seconds' last one whole. */
export const q0: Query = {
  over: 'busy',
  pipeline: definePipeline({
    maxOutOfOrderness: '5s',
    aggregates: {
      persons: persons.aggregate({ key: {}, pane: '10s', measures: through() }),
      auctions: auctions.aggregate({ key: {}, pane: '10s', measures: through() }),
      bids: bids.aggregate({ key: {}, pane: '10s', measures: through() }),
    },
  }),
  expected,
};

function expected(events: readonly NexmarkEvent[]): Rows {
  const groups = groupBy(events, (event) => rowName(`${event.type}s`, [], startOf(event, 10_000)));
  return new Map(
    [...groups].map(([name, group]): [string, Row] => {
      // No two events are of one millisecond.
      const [latest] = group.toSorted((a, b) => Date.parse(b.dateTime) - Date.parse(a.dateTime));
      return [name, { n: group.length, last: latest }];
    }),
  );
}
