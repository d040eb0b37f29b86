import type { Measure } from '../measures/measure.ts';
import type { Duration } from '../time/duration.ts';
import type { EventTime } from '../time/event-time.ts';
import type { WindowShape } from '../time/window.ts';

/** What a key function may give. Values are stored, and given back, as text. */
export type DimensionValue = string | number | boolean;

/** How urgent an alert is; it travels with every message so that subscriptions can filter on it. */
export type Severity = 'info' | 'warning' | 'critical';

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

/** Where and when a window lies, for conditions that depend on it. Times are milliseconds since 1970 UTC. */
export interface WindowContext {
  readonly key: Readonly<Record<string, string>>;
  readonly start: number;
  readonly end: number;
}

/**
 * When a rule judges a window: `'onTime'`, once the watermark passes its end; `'final'`, once the watermark passes its end and
 * the allowed lateness, by all it will ever hold; `'early'`, on time, and while it is the next to be over also as its data come,
 * by a part of what it will hold: that can make an alert fire, and not resolve it.
 */
export type Judging = 'early' | 'onTime' | 'final';

/** One alert rule. */
export interface AlertDefinition<Name, Window> {
  /** The aggregate it watches: one alert per key of that aggregate. */
  readonly on: Name;
  readonly over: WindowShape;
  /** Fires when this is true of a window that has data. */
  readonly when: (window: Window, context: WindowContext) => boolean;
  /** Resolves a firing alert; by default it resolves when `when` no longer holds. A window without data resolves it too. */
  readonly clear?: (window: Window, context: WindowContext) => boolean;
  /** Default `'onTime'`. */
  readonly judge?: Judging;
  /** Default `'warning'`. */
  readonly severity?: Severity;
  /** A sentence for the people who get the alert. */
  readonly summary?: string;
}

/** The rules that may stand over a set of aggregates: `on` decides what `when` sees. */
export type AnyAlertDefinition<Aggregates> = {
  [Name in keyof Aggregates & string]: AlertDefinition<Name, Readonly<Aggregates[Name]>>;
}[keyof Aggregates & string];

/** What holds for all of a pipeline's sources. */
export interface TimeDefinition {
  /** The watermark follows the greatest event time of a lane at this distance. Default `'0s'`. */
  readonly maxOutOfOrderness?: Duration;
  /** An event this far ahead of its arrival is quarantined: one bad clock must not move the watermark. Default `'1h'`. */
  readonly maxAhead?: Duration;
  /** A lane without records for so long no longer holds the pipeline's watermark back. Default `'1m'`. */
  readonly idleAfter?: Duration;
}

/** A whole pipeline of one source but for its schema. `Aggregates` maps each aggregate's name to its results by measure. */
export interface PipelineDefinition<Event, Aggregates, Alerts> extends TimeDefinition {
  /** When the event happened: ISO 8601 text with a zone or a date alone (midnight UTC), milliseconds since 1970, or a Date. */
  readonly eventTime: (event: Event) => EventTime;
  readonly aggregates: { readonly [Name in keyof Aggregates]: AggregateDefinition<Event, Aggregates[Name]> };
  readonly alerts?: Alerts;
}

/** A whole pipeline of several sources, or with aggregates over other aggregates' windows. */
export interface GraphDefinition<Nodes, Alerts> extends TimeDefinition {
  /** Made by `source(…).aggregate(…)` and `aggregate.windows(…).aggregate(…)`. */
  readonly aggregates: Nodes;
  readonly alerts?: Alerts;
  /** What becomes of an event that belongs to no source: into quarantine, unless it is to be passed over. */
  readonly unmatched?: 'quarantine' | 'ignore';
}
