import { count, definePipeline, max } from '../../lib/index.ts';
import { groupBy, prices, startOf } from './brute-force.ts';
import { bids, bidsOf, type Bid, type NexmarkEvent } from './events.ts';
import type { Query } from './query.ts';
import { rowName, type Row, type Rows } from './rows.ts';

const KNOWN = ['apple', 'google', 'facebook', 'baidu'];

function channelId({ channel, url }: Bid): string {
  const known = KNOWN.indexOf(channel.toLowerCase());
  return known >= 0 ? String(known) : (/(?:&|^)channel_id=([^&]*)/.exec(url)?.[1] ?? 'none');
}

/** Add channel id: bids by an id that is known of some channels and stands in the URL of others. */
export const q21: Query = {
  over: 'quiet',
  pipeline: definePipeline({
    maxOutOfOrderness: '1m',
    unmatched: 'ignore',
    aggregates: {
      channels: bids.aggregate({
        key: { channelId },
        pane: '1h',
        measures: { n: count(), most: max((bid) => bid.price) },
      }),
    },
  }),
  expected,
};

function expected(events: readonly NexmarkEvent[]): Rows {
  const groups = groupBy(bidsOf(events), (bid) => rowName('channels', [idOf(bid)], startOf(bid, 3_600_000)));
  return new Map(
    [...groups].map(([name, group]): [string, Row] => [
      name,
      { n: group.length, most: Math.max(...prices(group)) },
    ]),
  );
}

function idOf({ channel, url }: Bid): string {
  const ids = new Map(Object.entries({ Apple: '0', Google: '1', Facebook: '2', Baidu: '3' }));
  const parameters = new URL(url).searchParams;
  return ids.get(channel) ?? parameters.get('channel_id') ?? 'none';
}
