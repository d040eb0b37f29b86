import { decodeKinesisEvent } from '../decode/kinesis-event.ts';
import { ExpiredIteratorError } from '../esm/errors.ts';
import type { Page, Position, ShardSource, StreamRecord } from '../esm/sources/source.ts';
import { compareSequence, recordSequence, subSequence } from '../fold/sequence.ts';
import { concurrentlyOrThrow } from '../store/concurrently.ts';
import type { StoredLane } from '../store/port.ts';
import type { Retry } from '../store/retry.ts';

/** A stream whose shards are lanes. */
export interface LaneStream {
  /** As it begins the names of its lanes. */
  readonly name: string;
  readonly source: ShardSource;
}

/** How shards are asked. */
export interface Asking {
  readonly retry: Retry;
  /** Waits so many ms, for other readers of a shard to have their turn. */
  readonly pause: (ms: number) => Promise<unknown>;
}

const SHARDS_AT_ONCE = 8;
// A shard that has been empty for hours is crossed in pages that have nothing. How many is not said; the rest are for next time.
const MOST_PAGES = 10;
// All readers of a shard together get five answers a second, and a mapping takes one or more of them.
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html
const PAUSE_MS = 400;

/**
 * Tells whether records wait in streams: each shard is read from its lane's mark on, until there is a record or the shard's tip.
 * It remembers how far it came, so that an empty stretch of a shard is crossed once.
 */
export class UnreadRecords {
  readonly #streams: readonly LaneStream[];
  readonly #reached = new Map<string, { readonly mark: string | undefined; readonly iterator: string }>();

  constructor(streams: readonly LaneStream[]) {
    this.#streams = streams;
  }

  /**
   * Whether a shard has a record beyond its lane's mark, or any if it has no lane; also while that is not certain yet.
   *
   * @throws what a stream's service rejects with, if that does not pass
   */
  async areAny(lanes: readonly StoredLane[], asking: Asking): Promise<boolean> {
    const marks = new Map(lanes.map(({ lane, mark }) => [lane, mark]));
    for (const { name, source } of this.#streams) {
      const shards = await asking.retry.run(() => source.listShards());
      const behind = new Set<string>();
      await concurrentlyOrThrow(shards, SHARDS_AT_ONCE, async ({ id }) => {
        const lane = `${name}/${id}`;
        const shard = { source, lane, shardId: id, mark: marks.get(lane) };
        if (behind.size === 0 && (await this.#isBehind(shard, asking))) behind.add(lane);
      });
      if (behind.size > 0) return true;
    }
    return false;
  }

  async #isBehind(shard: LaneShard, { retry, pause }: Asking): Promise<boolean> {
    const { lane, mark } = shard;
    const reached = this.#reached.get(lane);
    let iterator = reached?.mark === mark ? reached?.iterator : undefined;
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      if (pages > 0) await pause(PAUSE_MS);
      const page = await retry.run(() => readOn(shard, iterator));
      if (page.records.some((record) => isBeyond(record, mark))) return true;
      if (page.nextIterator === undefined) return false;
      iterator = page.nextIterator;
      this.#reached.set(lane, { mark, iterator });
      if (page.behindMs === 0) return false;
    }
    return true;
  }
}

interface LaneShard {
  readonly source: ShardSource;
  readonly lane: string;
  readonly shardId: string;
  /** Sequence number of the last record that the lane has come to. */
  readonly mark: string | undefined;
}

/** Reads on from an iterator, or from the lane's mark if there is none or it is too old. */
async function readOn({ source, shardId, mark }: LaneShard, iterator: string | undefined): Promise<Page> {
  const fromMark = async (): Promise<Page> =>
    source.getRecords(shardId, await source.getIterator(shardId, positionAt(mark)));
  if (iterator === undefined) return fromMark();
  try {
    return await source.getRecords(shardId, iterator);
  } catch (error) {
    if (error instanceof ExpiredIteratorError) return fromMark();
    throw error;
  }
}

function positionAt(mark: string | undefined): Position {
  if (mark === undefined) return { type: 'TRIM_HORIZON' };
  const sequenceNumber = recordSequence(mark);
  // Of a record that holds several, the last ones may wait.
  const type = subSequence(mark) === undefined ? 'AFTER_SEQUENCE_NUMBER' : 'AT_SEQUENCE_NUMBER';
  return { type, sequenceNumber };
}

function isBeyond({ sequenceNumber, event }: StreamRecord, mark: string | undefined): boolean {
  if (mark === undefined || compareSequence(sequenceNumber, recordSequence(mark)) > 0) return true;
  const { lanes } = decodeKinesisEvent({ Records: [event] });
  return lanes.some(({ records }) => records.some(({ sequence }) => compareSequence(sequence, mark) > 0));
}
