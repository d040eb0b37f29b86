import { count, definePipeline, only, sum } from '../../lib/index.ts';
import { exactSum } from '../measures/exact.ts';
import { groupBy, startOf, sumOf } from './brute-force.ts';
import { bids, bidsOf, type Bid, type NexmarkEvent } from './events.ts';
import type { Query } from './query.ts';
import { rowName, type Row, type Rows } from './rows.ts';

const HOUR = 3_600_000;

const euros = (bid: Bid): number => 0.908 * bid.price;
const isMiddling = (bid: Bid): boolean => euros(bid) > 1_000_000 && euros(bid) < 50_000_000;

function timeOfDay({ dateTime }: Bid): string {
  const hour = new Date(dateTime).getUTCHours();
  if (hour >= 8 && hour <= 18) return 'day';
  return hour <= 6 || hour >= 20 ? 'night' : 'other';
}

function countChar(text: string, char: string): number {
  return text.split(char).length - 1;
}

/** Calculation: bids of a middling price by the time of day, with a function of one's own. */
export const q14: Query = {
  over: 'quiet',
  pipeline: definePipeline({
    maxOutOfOrderness: '1m',
    unmatched: 'ignore',
    aggregates: {
      middling: bids.aggregate({
        key: { timeOfDay },
        pane: '1h',
        measures: {
          n: count(isMiddling),
          total: only(isMiddling, sum(euros)),
          c: only(
            isMiddling,
            sum((bid) => countChar(bid.extra, 'c')),
          ),
        },
      }),
    },
  }),
  expected,
};

function expected(events: readonly NexmarkEvent[]): Rows {
  const times = 'nnnnnnnodddddddddddonnnn';
  const names = new Map(Object.entries({ n: 'night', o: 'other', d: 'day' }));
  const groups = groupBy(bidsOf(events), (bid) => {
    const hour = Number(bid.dateTime.slice(11, 13));
    return rowName('middling', [names.get(times[hour] ?? '')], startOf(bid, HOUR));
  });
  return new Map(
    [...groups].map(([name, group]): [string, Row] => {
      const chosen = group.filter(({ price }) => price * 0.908 > 1e6 && price * 0.908 < 5e7);
      const total = exactSum(chosen.map(({ price }) => price * 0.908));
      const c = sumOf(chosen.map(({ extra }) => extra.replaceAll(/[^c]/g, '').length));
      return [name, { n: chosen.length, total, c }];
    }),
  );
}
