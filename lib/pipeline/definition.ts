import type { Measure } from '../measures/measure.ts';
import type { Duration } from '../time/duration.ts';
import type { EventTime } from '../time/event-time.ts';
import type { WindowShape } from '../time/window.ts';

/** What a key function may give. Values are stored, and given back, as text. */
export type DimensionValue = string | number | boolean;

/** How urgent an alert is; it travels with every message so that subscriptions can filter on it. */
export type Severity = 'info' | 'warning' | 'critical';

/** One windowed aggregate, as its author writes it. */
export interface AggregateDefinition<Event, Results> {
  /**
   * Named dimensions; one aggregate is kept per combination of their values. `{}` keeps one in all. They are parameters
   * of the HTTP API, which takes `from`, `to` and `resolution` for itself.
   */
  readonly key: Readonly<Record<string, (event: Event) => DimensionValue>>;
  /** Length of a pane: the finest resolution that can be read, and the unit of every window. */
  readonly pane: Duration;
  readonly measures: { readonly [Name in keyof Results]: Measure<Event, Results[Name]> };
  /** How long a pane is kept after its last update (DynamoDB TTL). Default `'30d'`. */
  readonly retain?: Duration;
  /** How far behind the watermark a pane's end may lie for a record still to be folded in. Default `'0s'`. */
  readonly allowedLateness?: Duration;
}

/** Where and when a window lies, for conditions that depend on it. Times are milliseconds since 1970 UTC. */
export interface WindowContext {
  readonly key: Readonly<Record<string, string>>;
  readonly start: number;
  readonly end: number;
}

/** One alert rule. It judges each window once, when the watermark passes the window's end. */
export interface AlertDefinition<Name, Window> {
  /** The aggregate it watches: one alert per key of that aggregate. */
  readonly on: Name;
  readonly over: WindowShape;
  /** Fires when this is true of a window that has data. */
  readonly when: (window: Window, context: WindowContext) => boolean;
  /** Resolves a firing alert; by default it resolves when `when` no longer holds. A window without data resolves it too. */
  readonly clear?: (window: Window, context: WindowContext) => boolean;
  /** Default `'warning'`. */
  readonly severity?: Severity;
  /** A sentence for the people who get the alert. */
  readonly summary?: string;
}

/** The rules that may stand over a set of aggregates: `on` decides what `when` sees. */
export type AnyAlertDefinition<Aggregates> = {
  [Name in keyof Aggregates & string]: AlertDefinition<Name, Readonly<Aggregates[Name]>>;
}[keyof Aggregates & string];

/** A whole pipeline but for its schema. `Aggregates` maps each aggregate's name to its results by measure. */
export interface PipelineDefinition<Event, Aggregates, Alerts> {
  /** When the event happened: ISO 8601 text with a zone or a date alone (midnight UTC), milliseconds since 1970, or a Date. */
  readonly eventTime: (event: Event) => EventTime;
  /** The watermark follows the greatest event time of a lane at this distance. Default `'0s'`. */
  readonly maxOutOfOrderness?: Duration;
  /** An event this far ahead of its arrival is quarantined: one bad clock must not move the watermark. Default `'1h'`. */
  readonly maxAhead?: Duration;
  /** A lane without records for so long no longer holds the pipeline's watermark back. Default `'1m'`. */
  readonly idleAfter?: Duration;
  readonly aggregates: { readonly [Name in keyof Aggregates]: AggregateDefinition<Event, Aggregates[Name]> };
  readonly alerts?: Alerts;
}
