import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Measure } from '../measures/measure.ts';
import type { WindowShape } from '../time/window.ts';
import type { DimensionValue, Severity, WindowContext } from './definition.ts';

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
  readonly dimensions: readonly string[];
  readonly keyFunctions: readonly ((event: unknown) => DimensionValue)[];
  readonly pane: number;
  readonly retain: number;
  readonly allowedLateness: number;
  readonly measures: readonly NamedMeasure[];
}

/** What a condition sees: the result of every measure by name. */
export type WindowResults = Readonly<Record<string, unknown>>;

/** An alert rule as the machinery uses it. Lengths of time are milliseconds. */
export interface Alert {
  readonly name: string;
  readonly aggregate: Aggregate;
  readonly window: WindowShape;
  /** The longest that a window can be, and the longest time between two ends. */
  readonly size: number;
  readonly slide: number;
  readonly when: (window: WindowResults, context: WindowContext) => boolean;
  readonly clear: ((window: WindowResults, context: WindowContext) => boolean) | undefined;
  readonly severity: Severity;
  readonly summary: string | undefined;
}

/** A checked pipeline: what `definePipeline` gives and everything else runs on. Lengths of time are milliseconds. */
export interface Pipeline {
  readonly schema: StandardSchemaV1;
  readonly eventTime: (event: unknown) => unknown;
  readonly maxOutOfOrderness: number;
  readonly maxAhead: number;
  readonly idleAfter: number;
  readonly aggregates: readonly Aggregate[];
  readonly alerts: readonly Alert[];
}

/** The aggregate of that name, if the pipeline has it. */
export function aggregateNamed(pipeline: Pipeline, name: string): Aggregate | undefined {
  return pipeline.aggregates.find((aggregate) => aggregate.name === name);
}

/** The alert of that name, if the pipeline has it. */
export function alertNamed(pipeline: Pipeline, name: string): Alert | undefined {
  return pipeline.alerts.find((alert) => alert.name === name);
}

/** The rules that stand over an aggregate. */
export function alertsOn(pipeline: Pipeline, aggregate: Aggregate): Alert[] {
  return pipeline.alerts.filter((alert) => alert.aggregate === aggregate);
}
