import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Measure } from '../measures/measure.ts';
import { longestSlide, longestWindow } from '../time/window.ts';
import {
  checkDistinct,
  checkFunction,
  checkKnown,
  checkMeasure,
  checkNames,
  checkObject,
  checkWindow,
  readDuration,
} from './check.ts';
import type {
  AggregateDefinition,
  AlertDefinition,
  AnyAlertDefinition,
  PipelineDefinition,
  Severity,
} from './definition.ts';
import { PipelineError } from './errors.ts';
import type { Aggregate, Alert, Pipeline, WindowResults } from './pipeline.ts';

type ErasedAggregate = AggregateDefinition<unknown, Record<string, unknown>>;
type ErasedAlert = AlertDefinition<string, WindowResults>;

// A dimension is a parameter of the HTTP API, where these say the range of time.
const API_PARAMETERS = ['from', 'to', 'resolution'];
const DEFINITION_FIELDS = Object.keys({
  eventTime: true,
  maxOutOfOrderness: true,
  maxAhead: true,
  idleAfter: true,
  aggregates: true,
  alerts: true,
} satisfies Record<keyof PipelineDefinition<unknown, object, unknown>, true>);
const AGGREGATE_FIELDS = Object.keys({
  key: true,
  pane: true,
  measures: true,
  retain: true,
  allowedLateness: true,
} satisfies Record<keyof ErasedAggregate, true>);
const ALERT_FIELDS = Object.keys({
  on: true,
  over: true,
  when: true,
  clear: true,
  severity: true,
  summary: true,
} satisfies Record<keyof ErasedAlert, true>);
const SEVERITIES: readonly Severity[] = ['info', 'warning', 'critical'];

/**
 * Says what a pipeline computes. The schema types every function of the definition, and an aggregate's measures
 * type the conditions of the alerts on it: a misspelt field or measure does not compile.
 *
 * @param schema any Standard Schema (https://standardschema.dev), such as a zod object; it must validate synchronously
 * @example
 * export default definePipeline(z.object({ at: z.string(), page: z.string(), ms: z.number() }), {
 *   eventTime: (view) => view.at,
 *   aggregates: {
 *     views: { key: { page: (view) => view.page }, pane: '1m', measures: { n: count(), slow: mean((view) => view.ms) } },
 *   },
 *   alerts: { slowPage: { on: 'views', over: sliding('10m', '1m'), when: (w) => w.n >= 20 && w.slow > 500 } },
 * });
 * @throws {PipelineError} if the definition cannot work, naming the field and the remedy
 */
export function definePipeline<
  Schema extends StandardSchemaV1,
  Aggregates extends Record<string, object>,
  Alerts extends Record<string, AnyAlertDefinition<NoInfer<Aggregates>>>,
>(
  schema: Schema,
  definition: PipelineDefinition<StandardSchemaV1.InferOutput<Schema>, Aggregates, Alerts>,
): Pipeline {
  checkSchema(schema);
  checkObject('definition', definition, 'give { eventTime, aggregates } as the second argument');
  checkKnown('', definition, DEFINITION_FIELDS);
  checkFunction('eventTime', definition.eventTime, 'write eventTime: (event) => event.time');
  // The checks above and below stand in for the types, which end here.
  const aggregates = buildAggregates(definition.aggregates);
  const alerts = (definition.alerts ?? {}) as unknown as Readonly<Record<string, ErasedAlert>>;
  return {
    schema,
    eventTime: definition.eventTime,
    maxOutOfOrderness: readDuration('maxOutOfOrderness', definition.maxOutOfOrderness ?? '0s', {
      zero: true,
    }),
    maxAhead: readDuration('maxAhead', definition.maxAhead ?? '1h'),
    idleAfter: readDuration('idleAfter', definition.idleAfter ?? '1m'),
    aggregates,
    alerts: buildAlerts(alerts, aggregates),
  };
}

function checkSchema(schema: unknown): void {
  const standard = (schema as { '~standard'?: { validate?: unknown } } | null | undefined)?.['~standard'];
  if (typeof standard?.validate !== 'function') {
    throw new PipelineError(
      'event schema',
      'is not a Standard Schema',
      'give a zod, valibot or arktype schema as the first argument',
    );
  }
}

function buildAggregates(definitions: Readonly<Record<string, ErasedAggregate>>): Aggregate[] {
  checkObject('aggregates', definitions, 'define at least one aggregate');
  const names = Object.keys(definitions);
  if (names.length === 0) {
    throw new PipelineError('aggregates', 'is empty', 'define at least one aggregate');
  }
  checkNames('aggregates', names);
  return Object.entries(definitions).map(([name, definition], index) =>
    buildAggregate(name, index, definition),
  );
}

function buildAggregate(name: string, index: number, definition: ErasedAggregate): Aggregate {
  const field = `aggregates.${name}`;
  checkObject(field, definition, 'write { key, pane, measures }');
  checkKnown(field, definition, AGGREGATE_FIELDS);
  checkObject(
    `${field}.key`,
    definition.key,
    'name its dimensions, or write {} to keep one aggregate in all',
  );
  checkObject(`${field}.measures`, definition.measures, 'add one, such as n: count()');
  const dimensions = Object.keys(definition.key);
  const measures = Object.entries<Measure<unknown, unknown>>(definition.measures);
  checkNames(`${field}.key`, dimensions);
  checkDistinct(`${field}.key`, dimensions, API_PARAMETERS, 'a parameter of the HTTP API');
  for (const [dimension, read] of Object.entries<unknown>(definition.key)) {
    checkFunction(`${field}.key.${dimension}`, read, `write ${dimension}: (event) => event.${dimension}`);
  }
  if (measures.length === 0) {
    throw new PipelineError(`${field}.measures`, 'has no measures', 'add one, such as n: count()');
  }
  const measureNames = measures.map(([measure]) => measure);
  checkNames(`${field}.measures`, measureNames);
  checkDistinct(`${field}.measures`, measureNames, dimensions, 'a dimension of the key');
  return {
    name,
    index,
    dimensions,
    keyFunctions: Object.values(definition.key),
    pane: readDuration(`${field}.pane`, definition.pane),
    retain: readDuration(`${field}.retain`, definition.retain ?? '30d'),
    allowedLateness: readDuration(`${field}.allowedLateness`, definition.allowedLateness ?? '0s', {
      zero: true,
    }),
    measures: measures.map(([measureName, measure]) => {
      checkMeasure(`${field}.measures.${measureName}`, measure);
      return { name: measureName, measure };
    }),
  };
}

function buildAlerts(
  definitions: Readonly<Record<string, ErasedAlert>>,
  aggregates: readonly Aggregate[],
): Alert[] {
  const names = Object.keys(definitions);
  checkNames('alerts', names);
  checkDistinct(
    'alerts',
    names,
    aggregates.map((aggregate) => aggregate.name),
    'an aggregate',
  );
  return Object.entries(definitions).map(([name, definition]) => buildAlert(name, definition, aggregates));
}

function buildAlert(name: string, definition: ErasedAlert, aggregates: readonly Aggregate[]): Alert {
  const field = `alerts.${name}`;
  checkObject(field, definition, "write { on, over, when }, where 'on' names an aggregate");
  checkKnown(field, definition, ALERT_FIELDS);
  const aggregate = aggregates.find((candidate) => candidate.name === definition.on);
  if (aggregate === undefined) {
    const known = aggregates.map((candidate) => candidate.name).join(', ');
    throw new PipelineError(
      `${field}.on`,
      `names an unknown aggregate '${definition.on}'`,
      `take one of ${known}`,
    );
  }
  checkFunction(`${field}.when`, definition.when, 'write when: (window) => window.n > 100');
  if (definition.clear !== undefined) {
    checkFunction(`${field}.clear`, definition.clear, 'write clear: (window) => window.n < 50');
  }
  checkWindow(`${field}.over`, definition.over, aggregate.pane, aggregate.retain);
  const severity = definition.severity ?? 'warning';
  if (!SEVERITIES.includes(severity)) {
    throw new PipelineError(`${field}.severity`, 'is not a severity', `take one of ${SEVERITIES.join(', ')}`);
  }
  return {
    name,
    aggregate,
    window: definition.over,
    size: longestWindow(definition.over),
    slide: longestSlide(definition.over),
    when: definition.when,
    clear: definition.clear,
    severity,
    summary: definition.summary,
  };
}
