import { bucketOf } from '../../lib/store/keys.ts';
import type { NexmarkEvent } from './events.ts';

/** Splits events into lanes as the shards of a stream do: by partition key, in their order. */
export function split(events: readonly NexmarkEvent[], lanes: number): NexmarkEvent[][] {
  const split = Array.from({ length: lanes }, (): NexmarkEvent[] => []);
  for (const event of events) split[bucketOf(String(partitionKey(event)), lanes)]?.push(event);
  return split;
}

function partitionKey(event: NexmarkEvent): number {
  return event.type === 'bid' ? event.auction : event.id;
}

/** Stretches of lanes in turns, as they may be read: each lane is ahead of the others, and then behind them. */
export function* inTurns<Thing>(
  lanes: readonly (readonly Thing[])[],
  stretch: number,
): Generator<{ readonly lane: number; readonly things: readonly Thing[] }> {
  const longest = Math.max(...lanes.map(({ length }) => length));
  for (let from = 0; from < longest; from += stretch) {
    for (const [lane, things] of lanes.entries()) {
      if (from < things.length) yield { lane, things: things.slice(from, from + stretch) };
    }
  }
}
