import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Measure } from '../measures/measure.ts';
import type { WindowShape } from '../time/window.ts';
import type { AnomalyCondition } from '../anomaly/condition.ts';
import type {
  CompositeDefinition,
  Condition,
  Judging,
  Missing,
  Severity,
  WindowContext,
} from './alert-definition.ts';
import type { DimensionValue } from './definition.ts';

/** Which events of a stream are a source's: those that have one of these values in each of these fields. */
export type Matcher = Readonly<Record<string, readonly unknown[]>>;

/** One kind of event, and where it comes from. */
export interface Source {
  /** Its place in `Pipeline.sources`. */
  readonly index: number;
  /** The stream that it comes in, by the end of its name: `auctions` for `weir-dev-auctions`. */
  readonly stream: string;
  /** `undefined` if all events of the stream are of this kind. */
  readonly when: Matcher | undefined;
  readonly schema: StandardSchemaV1;
  readonly eventTime: (event: unknown) => unknown;
}

/** How events are gathered into sessions. Lengths of time are milliseconds. */
export interface SessionRule {
  readonly gap: number;
  readonly max: number;
  /**
   * A run of events that is longer is cut at the multiples of this too, which lie between panes, so that nobody has to look back
   * to the beginning of one that never ends.
   */
  readonly longestRun: number;
  /** What is told of a session; its pane keeps runs of events that each have these. */
  readonly measures: readonly NamedMeasure[];
}

/** A coarser tier of an aggregate. Lengths of time are milliseconds. */
export interface Rollup {
  readonly pane: number;
  readonly retain: number;
}

/** What a derived aggregate is folded from. */
export interface Derivation {
  readonly from: Aggregate;
  readonly window: WindowShape;
}

/** A measure under its name. */
export interface NamedMeasure {
  readonly name: string;
  readonly measure: Measure<unknown, unknown>;
}

/** An aggregate as the machinery uses it. Lengths of time are milliseconds. */
export interface Aggregate {
  readonly name: string;
  /** Its place in `Pipeline.aggregates`. */
  readonly index: number;
  /** What its events are: of a source, or `derivation`'s windows. */
  readonly source: Source | undefined;
  readonly derivation: Derivation | undefined;
  readonly dimensions: readonly string[];
  readonly keyFunctions: readonly ((event: unknown) => DimensionValue)[];
  /** Infinity for a running total. */
  readonly pane: number;
  readonly retain: number;
  readonly allowedLateness: number;
  /** How long after a pane's end its last windows come, by the watermark: what a derived aggregate waits for; 0 for others. */
  readonly delay: number;
  readonly session: SessionRule | undefined;
  /** Finest first. */
  readonly rollups: readonly Rollup[];
  /** What its panes keep. */
  readonly measures: readonly NamedMeasure[];
}

/** What a condition sees: the result of every measure by name. */
export type WindowResults = Readonly<Record<string, unknown>>;

/** From when on an alert has a severity. */
export interface Level {
  readonly severity: Severity;
  readonly when: Condition<WindowResults>;
}

/** Who hears of an alert how often. Lengths of time are milliseconds. */
export interface Telling {
  /** Infinity for never. */
  readonly renotify: number;
  /** Names of dimensions, in the aggregate's order. */
  readonly groupBy: readonly string[];
  readonly groupWait: number;
  readonly groupInterval: number;
  /** Infinity for no bound. */
  readonly maxPerHour: number;
  readonly flapping: { readonly turns: number; readonly within: number } | undefined;
  /** Names of alerts. */
  readonly inhibitedBy: readonly string[];
}

/** An alert rule as the machinery uses it. Lengths of time are milliseconds. */
export interface Alert {
  readonly name: string;
  /** What it watches; of a rule over others, what the first of them watches: its keys are of that. */
  readonly aggregate: Aggregate;
  readonly window: WindowShape;
  /** The longest that a window can be, and the longest time between two ends. */
  readonly size: number;
  readonly slide: number;
  /** How long after a window's end it is judged, by the watermark. */
  readonly delay: number;
  readonly judge: Judging;
  /** From the least severity to the greatest; at least one. */
  readonly levels: readonly Level[];
  readonly clear: Condition<WindowResults> | undefined;
  readonly anomaly: AnomalyCondition | undefined;
  /** The rules that it is over, instead of windows; none for most. */
  readonly of: readonly Alert[];
  readonly whenParts: CompositeDefinition['when'];
  readonly pendingFor: number;
  readonly keepFiringFor: number;
  readonly atLeast: { readonly windows: number; readonly of: number };
  readonly missing: Missing;
  /** Other aggregates whose windows its conditions see. */
  readonly others: readonly Aggregate[];
  /** How long before a window those lie that it is compared with. */
  readonly compare: readonly number[];
  readonly value: ((window: WindowResults, context: WindowContext<WindowResults>) => number) | undefined;
  readonly threshold: Readonly<Partial<Record<Severity, number>>>;
  readonly unit: string | undefined;
  /** The least of its severities. */
  readonly severity: Severity;
  readonly summary: string | undefined;
  readonly runbook: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly telling: Telling;
}

/** Where messages of some alerts go. */
export interface Route {
  /** Labels that an alert has to have, each one of these values. */
  readonly match: Readonly<Record<string, readonly string[]>>;
  readonly topic: string;
  readonly also: boolean;
}

/** A checked pipeline: what `definePipeline` gives and everything else runs on. Lengths of time are milliseconds. */
export interface Pipeline {
  readonly sources: readonly Source[];
  readonly unmatched: 'quarantine' | 'ignore';
  readonly maxOutOfOrderness: number;
  readonly maxAhead: number;
  readonly idleAfter: number;
  readonly silentAfter: number;
  readonly aggregates: readonly Aggregate[];
  /** Those over other rules after these. */
  readonly alerts: readonly Alert[];
  readonly routes: readonly Route[];
}

/** The aggregate of that name, if the pipeline has it. */
export function aggregateNamed(pipeline: Pipeline, name: string): Aggregate | undefined {
  return pipeline.aggregates.find((aggregate) => aggregate.name === name);
}

/** The alert of that name, if the pipeline has it. */
export function alertNamed(pipeline: Pipeline, name: string): Alert | undefined {
  return pipeline.alerts.find((alert) => alert.name === name);
}

/** Tells a running total, which has one pane for all of time, from an aggregate with panes. */
export function isTotal({ pane }: Pick<Aggregate, 'pane'>): boolean {
  return pane === Infinity;
}

/** How long after a pane's end, by the watermark in ms, nothing of it changes any more but by repairs. */
export function finalAfter({ delay, allowedLateness }: Pick<Aggregate, 'delay' | 'allowedLateness'>): number {
  return delay + allowedLateness;
}

/** The measures that its author gave an aggregate: what readers and conditions see. */
export function shownMeasures({ session, measures }: Aggregate): readonly NamedMeasure[] {
  return session?.measures ?? measures;
}

/** How long after its end, by the watermark in ms, a window of an aggregate is final at the latest. */
export function windowFinalAfter(
  aggregate: Pick<Aggregate, 'delay' | 'allowedLateness' | 'session' | 'pane'>,
): number {
  // A session's end may be anywhere in its last pane.
  return finalAfter(aggregate) + (aggregate.session === undefined ? 0 : aggregate.pane);
}

/** The rules that stand over an aggregate. */
export function alertsOn(pipeline: Pipeline, aggregate: Aggregate): Alert[] {
  return pipeline.alerts.filter((alert) => alert.aggregate === aggregate);
}

/** How many windows before one its judgement looks back on. */
export function lookBackWindows({
  atLeast,
  levels,
  pendingFor,
  window,
}: Pick<Alert, 'atLeast' | 'levels' | 'pendingFor' | 'window'>): number {
  // A greater severity has to last as well; the least one has the clock of the pending alert.
  const lasting = levels.length > 1 && pendingFor > 0 ? Math.ceil(pendingFor / window.slide) : 0;
  return atLeast.of - 1 + lasting;
}
