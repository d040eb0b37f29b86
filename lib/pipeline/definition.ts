import type { Measure } from '../measures/measure.ts';
import type { Duration } from '../time/duration.ts';
import type { EventTime } from '../time/event-time.ts';
import type { RouteDefinition } from './alert-definition.ts';

/** What a key function may give. Values are stored, and given back, as text. */
export type DimensionValue = string | number | boolean;

/** How events of one key are gathered into sessions. */
export interface SessionDefinition {
  /** Two events this far apart or further belong to different sessions. */
  readonly gap: Duration;
  /** Bounds a session's length: one that would grow beyond it is cut at the end of a pane. At least a pane. */
  readonly max: Duration;
}

/** A coarser tier that an aggregate's panes are compacted into once they are final. */
export interface RollupDefinition {
  /** Length of the tier's panes: a multiple of the next finer tier's. */
  readonly pane: Duration;
  /** How long they are kept. Default: ten times as long as the next finer tier's. */
  readonly retain?: Duration;
}

/** One windowed aggregate, as its author writes it. */
export interface AggregateDefinition<Event, Results, Dimension extends string = string> {
  /**
   * Named dimensions; one aggregate is kept per combination of their values. `{}` keeps one in all. They are parameters
   * of the HTTP API, which takes `from`, `to` and `resolution` for itself.
   */
  readonly key: Readonly<Record<Dimension, (event: Event) => DimensionValue>>;
  /**
   * Length of a pane: the finest resolution that can be read, and the unit of every window. `'global'` keeps one running
   * total per key instead, over all of time: nothing is ever late for it, and it is never final.
   */
  readonly pane: Duration | 'global';
  readonly measures: { readonly [Name in keyof Results]: Measure<Event, Results[Name]> };
  /** How long a pane is kept after its last update (DynamoDB TTL). Default `'30d'`. */
  readonly retain?: Duration;
  /** How far behind the watermark a pane's end may lie for a record still to be folded in. Default `'0s'`. */
  readonly allowedLateness?: Duration;
  /** Gathers each key's events into sessions; panes are then only where these are stored, best about as long as the gap. */
  readonly session?: SessionDefinition;
  /** Coarser tiers, finest first: `['1h', { pane: '1d', retain: '3650d' }]`. */
  readonly rollups?: readonly (Duration | RollupDefinition)[];
}

/** What holds for all of a pipeline's sources. */
export interface TimeDefinition {
  /** The watermark follows the greatest event time of a lane at this distance. Default `'0s'`. */
  readonly maxOutOfOrderness?: Duration;
  /** An event this far ahead of its arrival is quarantined: one bad clock must not move the watermark. Default `'1h'`. */
  readonly maxAhead?: Duration;
  /** A lane without records for so long no longer holds the pipeline's watermark back. Default `'1m'`. */
  readonly idleAfter?: Duration;
  /** When all lanes are without records for so long, the watermark goes on with the clock. Default `'5m'`. */
  readonly silentAfter?: Duration;
}

/** A whole pipeline of one source but for its schema. `Aggregates` maps each aggregate's name to its results by measure. */
export interface PipelineDefinition<Event, Aggregates, Alerts> extends TimeDefinition {
  /** When the event happened: ISO 8601 text with a zone or a date alone (midnight UTC), milliseconds since 1970, or a Date. */
  readonly eventTime: (event: Event) => EventTime;
  readonly aggregates: { readonly [Name in keyof Aggregates]: AggregateDefinition<Event, Aggregates[Name]> };
  readonly alerts?: Alerts;
  readonly routes?: readonly RouteDefinition[];
}

/** A whole pipeline of several sources, or with aggregates over other aggregates' windows. */
export interface GraphDefinition<Nodes, Alerts> extends TimeDefinition {
  /** Made by `source(…).aggregate(…)` and `aggregate.windows(…).aggregate(…)`. */
  readonly aggregates: Nodes;
  readonly alerts?: Alerts;
  readonly routes?: readonly RouteDefinition[];
  /** What becomes of an event that belongs to no source: into quarantine, unless it is to be passed over. */
  readonly unmatched?: 'quarantine' | 'ignore';
}
