import type { Aggregate } from '../pipeline/pipeline.ts';
import { isoTime } from '../time/event-time.ts';

/** Primary key of an item of weir's tables. */
export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/** What a pane item's key says. */
export interface PaneName {
  /** The aggregate's name, or its tier's: `departures@1h`. */
  readonly aggregate: string;
  readonly key: string;
  /** Start of the pane, in ms. */
  readonly start: number;
  /** Empty for a tier's pane, which is of all lanes. */
  readonly lane: string;
}

// Lanes are spread over partitions, so that thousands of shards do not write to one: a partition takes 1,000 write
// units a second. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
const LANE_BUCKETS = 4;
const LANE_PREFIX = '#lanes|';

/** Partition key of all panes of one key of an aggregate, or of one of its tiers. */
export function panePartition({ name }: Pick<Aggregate, 'name'>, key: string): string {
  return `${name}|${key}`;
}

/** Key of one lane's pane item. Sort keys order by time first, so that a range of time is one query over all lanes. */
export function paneItemKey(
  aggregate: Pick<Aggregate, 'name'>,
  key: string,
  start: number,
  lane: string,
): ItemKey {
  return { pk: panePartition(aggregate, key), sk: `${isoTime(start)}|${lane}` };
}

/** Reads a pane item's key; `undefined` if it is another kind of item. */
export function readPaneItemKey({ pk, sk }: ItemKey): PaneName | undefined {
  const cut = pk.indexOf('|');
  const start = Date.parse(sk.slice(0, sk.indexOf('|')));
  if (cut <= 0 || pk.startsWith('#') || Number.isNaN(start)) return undefined;
  return { aggregate: pk.slice(0, cut), key: pk.slice(cut + 1), start, lane: sk.slice(sk.indexOf('|') + 1) };
}

/** Key of a lane's progress item. */
export function laneItemKey(lane: string): ItemKey {
  return { pk: `${LANE_PREFIX}${bucketOf(lane, LANE_BUCKETS)}`, sk: lane };
}

/** Tells a lane's progress item by its key. */
export function isLaneItemKey({ pk }: ItemKey): boolean {
  return pk.startsWith(LANE_PREFIX);
}

/** All partitions that hold lanes. */
export function lanePartitions(): string[] {
  return Array.from({ length: LANE_BUCKETS }, (_, bucket) => `${LANE_PREFIX}${bucket}`);
}

/** A stable bucket for a text: FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/. */
export function bucketOf(text: string, buckets: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % buckets;
}
