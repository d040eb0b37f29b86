import type { ShardStats } from '../../esm/index.ts';
import type { MappingRow, ShardRow } from './protocol.ts';
import { Rate } from './rate.ts';
import { Throughput } from './throughput.ts';

/** What a mapping is watched by. */
export interface WatchedMapping {
  readonly logicalId: string;
  readonly functionKey: string;
  readonly sourceArn: string;
  readonly stats: () => readonly ShardStats[];
}

/** What all shards of a mapping have come to. */
export interface MappingTotals {
  readonly records: number;
  readonly succeeded: number;
  readonly givenUp: number;
}

const NOTHING: MappingTotals = { records: 0, succeeded: 0, givenUp: 0 };
// Shards that have ended say no more; the last of them show that the stream was split or merged.
const MOST_ENDED = 10;

/** The event source mappings and their shards, as they stand. */
export class MappingRows {
  readonly throughput = new Throughput();
  readonly #mappings: readonly WatchedMapping[];
  readonly #totals = new Map<string, MappingTotals>();
  readonly #rates = new Map<string, Rate>();
  #watermarks: ReadonlyMap<string, number> = new Map();
  #rows: readonly MappingRow[] = [];

  constructor(mappings: readonly WatchedMapping[]) {
    this.#mappings = mappings;
  }

  /** Takes event times (ms) up to which lanes are complete, by lane: `events/shardId-000000000000`. */
  setWatermarks(watermarks: ReadonlyMap<string, number>): void {
    this.#watermarks = watermarks;
  }

  /** Looks at what the mappings count. @param at ms */
  sample(at: number): void {
    this.#rows = this.#mappings.map((mapping, i) => {
      const stats = mapping.stats();
      const before = this.totals(mapping.logicalId);
      const totals = totalsOf(stats);
      this.#totals.set(mapping.logicalId, totals);
      if (i === 0) this.throughput.add(at, Math.max(0, totals.records - before.records));
      return this.#rowOf(mapping, stats, at);
    });
  }

  /** As of the last look. */
  list(): readonly MappingRow[] {
    return this.#rows;
  }

  /** As of the last look. */
  totals(logicalId: string): MappingTotals {
    return this.#totals.get(logicalId) ?? NOTHING;
  }

  #rowOf(mapping: WatchedMapping, stats: readonly ShardStats[], at: number): MappingRow {
    const { logicalId, functionKey, sourceArn } = mapping;
    const ended = stats.filter(({ state }) => state === 'ended');
    const hidden = new Set(ended.slice(0, -MOST_ENDED));
    for (const { shardId } of hidden) this.#rates.delete(`${logicalId} ${shardId}`);
    const stream = streamOf(sourceArn);
    return {
      function: functionKey,
      source: stream,
      shards: stats
        .filter((shard) => !hidden.has(shard))
        .map((shard) => this.#shardOf(`${logicalId} ${shard.shardId}`, stream, shard, at)),
    };
  }

  #shardOf(name: string, stream: string, shard: ShardStats, at: number): ShardRow {
    const rate = this.#rates.get(name) ?? new Rate();
    this.#rates.set(name, rate);
    rate.sample(at, shard.recordsRead);
    const { shardId, state, recordsRead, iteratorAgeMs, retries, batchesFailed, recordsDiscarded } = shard;
    return {
      shardId,
      state,
      recordsPerSecond: rate.perSecond(),
      records: recordsRead,
      iteratorAgeMs,
      watermark: this.#watermarks.get(`${stream}/${shardId}`),
      retries,
      batchesFailed,
      recordsDiscarded,
    };
  }
}

function totalsOf(stats: readonly ShardStats[]): MappingTotals {
  const totals = { records: 0, succeeded: 0, givenUp: 0 };
  for (const { recordsRead, invocations, batchesFailed, batchesDiscarded } of stats) {
    totals.records += recordsRead;
    totals.succeeded += invocations - batchesFailed;
    totals.givenUp += batchesDiscarded;
  }
  return totals;
}

/** @example streamOf('arn:aws:kinesis:us-east-1:000000000000:stream/events') // 'events' */
function streamOf(arn: string): string {
  // Of a table's stream and of a stream's consumer, the table's and the stream's own name.
  return arn.split(':').slice(5).join(':').split('/')[1] ?? arn;
}
