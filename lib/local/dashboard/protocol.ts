/**
 * What the dashboard's page and its server say to each other. Times are ms since 1970: wall clock, unless called event time.
 *
 * | request                                        | answer                                                              |
 * | ---------------------------------------------- | ------------------------------------------------------------------- |
 * | `GET /local/events`                            | server-sent events `snapshot`, each a whole {@link Snapshot}        |
 * | `GET /local/keys?aggregate=NAME`               | {@link Keys}                                                        |
 * | `GET /local/logs?function=NAME`                | {@link Logs}                                                        |
 * | `POST /local/playback`, {@link PlaybackChange} | {@link Playback}                                                    |
 * | `POST /local/redrive`, {@link RedriveRequest}  | {@link RedriveAnswer}, once all that was asked for has been tried   |
 *
 * A request that cannot be is answered with status 400 and a problem document (RFC 9457). Charts read the HTTP API, which the
 * same port serves.
 */

/** All that moves by itself; sent when something has changed, at most four times a second. */
export interface Snapshot {
  readonly at: number;
  readonly service: string;
  readonly playback: Playback;
  readonly graph: Graph;
  readonly mappings: readonly MappingRow[];
  /** Records that the first mapping dealt with in each of the last seconds, at most 300, the youngest last. */
  readonly throughput: readonly ThroughputPoint[];
  /** The youngest state of each alert that has changed, firing first, then by time; at most 200. */
  readonly alerts: readonly AlertRow[];
  /** Changes of alerts, the youngest first; at most 200. */
  readonly transitions: readonly AlertRow[];
  /** Records that were refused or late, the youngest first; at most 200. */
  readonly aside: readonly AsideRow[];
  /** How many were set aside in all, by kind. */
  readonly asideCounts: Readonly<Record<'refused' | 'late', number>>;
  /** Batches that failed or were given up, the youngest first; at most 100. */
  readonly failures: readonly FailureRow[];
  readonly faults: Faults | undefined;
  /** The account of the input against what is stored; undefined until it has been drawn up. */
  readonly account: Account | undefined;
}

/** How the recorded events are put to the stream. */
export interface Playback {
  /** `done`: every event has been put. */
  readonly state: 'playing' | 'paused' | 'done';
  /** How many times as fast as recorded; `max` waits for nothing. */
  readonly speed: number | 'max';
  /** Events put, of how many there are in one pass. */
  readonly put: number;
  readonly total: number;
  /** Event time of the youngest event that was put, and of the first and last there are; undefined before the first. */
  readonly eventTime: number | undefined;
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** Passes that have been completed; with --loop the events come again, later. */
  readonly passes: number;
  readonly loop: boolean;
}

/** What to change; what is not given stays. */
export interface PlaybackChange {
  readonly play?: boolean;
  readonly speed?: number | 'max';
}

/** The pipeline as it is drawn, from left to right. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export interface GraphNode {
  readonly id: string;
  readonly kind: 'stream' | 'function' | 'table' | 'topic' | 'queue' | 'producer' | 'subscriber';
  readonly label: string;
  /** Column, from 0. */
  readonly rank: number;
  /** Whether something has failed there within the last ten seconds. */
  readonly failing: boolean;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** What the number counts: `records`, `writes`, `messages`, or `batches` where nobody counts what a function puts there. */
  readonly unit: string;
  readonly count: number;
  /** Within the last five seconds, a second. */
  readonly perSecond: number;
}

/** An event source mapping and its shards. */
export interface MappingRow {
  readonly function: string;
  readonly source: string;
  readonly shards: readonly ShardRow[];
}

export interface ShardRow {
  readonly shardId: string;
  readonly state: 'waiting' | 'reading' | 'ended';
  readonly recordsPerSecond: number;
  readonly records: number;
  readonly iteratorAgeMs: number;
  /** Event time up to which the shard's lane is complete; undefined where the mapping has none or before the first event. */
  readonly watermark: number | undefined;
  readonly retries: number;
  readonly batchesFailed: number;
  readonly recordsDiscarded: number;
}

export interface ThroughputPoint {
  readonly at: number;
  readonly records: number;
}

export interface AlertRow {
  readonly alert: string;
  /** `origin=ORD`; empty for a rule without a key. */
  readonly key: string;
  readonly state: 'firing' | 'resolved';
  readonly severity: string;
  /** Event time of the change. */
  readonly at: number;
  /** As it is told to people. */
  readonly summary: string;
}

export interface AsideRow {
  readonly id: string;
  readonly kind: 'refused' | 'late';
  readonly reason: string;
  /** Wall clock. */
  readonly at: number;
  readonly origin: string;
  /** The record as text, cut after 2,000 characters. */
  readonly data: string;
  /** Whether it can be tried again: it still lies in the queue. */
  readonly waiting: boolean;
  /** Why it stayed when it was last tried again; absent before. */
  readonly stays?: string;
}

export interface FailureRow {
  readonly at: number;
  readonly function: string;
  readonly shardId: string;
  readonly records: number;
  readonly kind: 'failed' | 'bisected' | 'refused' | 'gave up' | 'source';
  readonly reason: string;
}

/** What goes wrong on purpose, and how often it has. */
export interface Faults {
  readonly wanted: string;
  readonly throttled: number;
  readonly crashed: number;
  readonly duplicated: number;
  readonly reshards: number;
}

export interface Account {
  readonly at: number;
  readonly read: number;
  readonly applied: number;
  readonly late: number;
  readonly refused: number;
  readonly lost: number;
  readonly doubled: number;
}

/** The keys of an aggregate that hold most records, at most 500. */
export interface Keys {
  readonly aggregate: string;
  readonly dimensions: readonly string[];
  readonly keys: readonly KeyRow[];
}

export interface KeyRow {
  readonly values: Readonly<Record<string, string>>;
  readonly records: number;
}

/** What a function wrote, the youngest last; at most 500 lines. */
export interface Logs {
  readonly function: string;
  readonly lines: readonly string[];
}

/** Which of what was set aside to try again: those rows, or all. */
export interface RedriveRequest {
  readonly ids: readonly string[] | 'all';
}

export interface RedriveAnswer {
  readonly tried: number;
  readonly accepted: number;
  /** Why the others stay, by id. */
  readonly stays: Readonly<Record<string, string>>;
}
