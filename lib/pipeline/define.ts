import type { StandardSchemaV1 } from '@standard-schema/spec';
import { buildAggregate, type ErasedAggregate } from './build-aggregate.ts';
import { buildAlerts, type ErasedAlert } from './build-alerts.ts';
import { buildRoutes } from './build-routes.ts';
import { buildGraph } from './build-graph.ts';
import { checkFunction, checkKnown, checkNames, checkObject, checkSchema, readDuration } from './check.ts';
import type { AnyAlertDefinition } from './alert-definition.ts';
import type { GraphDefinition, PipelineDefinition, TimeDefinition } from './definition.ts';
import { PipelineError } from './errors.ts';
import type { Pipeline } from './pipeline.ts';
import { SourceNode, type AggregateNode } from './source.ts';

type Results<Nodes extends Record<string, AggregateNode<string, object>>> = {
  readonly [Name in keyof Nodes]: Nodes[Name]['results'];
};

const TIME_FIELDS = Object.keys({
  maxOutOfOrderness: true,
  maxAhead: true,
  idleAfter: true,
  silentAfter: true,
} satisfies Record<keyof TimeDefinition, true>);
const PIPELINE_FIELDS = Object.keys({
  eventTime: true,
  aggregates: true,
  alerts: true,
  routes: true,
} satisfies Record<Exclude<keyof PipelineDefinition<unknown, object, unknown>, keyof TimeDefinition>, true>);
const GRAPH_FIELDS = Object.keys({
  aggregates: true,
  alerts: true,
  routes: true,
  unmatched: true,
} satisfies Record<Exclude<keyof GraphDefinition<unknown, unknown>, keyof TimeDefinition>, true>);

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
): Pipeline;
/**
 * Says what a pipeline of several sources computes, or one with aggregates over other aggregates' windows.
 *
 * @example
 * const views = source(view, { eventTime: (view) => view.at });
 * const perPage = views.aggregate({ key: { page: (view) => view.page }, pane: '1m', measures: { n: count() } });
 * const hottest = perPage.windows(tumbling('1h')).aggregate({
 *   key: {}, pane: '1h', measures: { most: max((window) => window.measures.n) },
 * });
 * export default definePipeline({ aggregates: { perPage, hottest } });
 * @throws {PipelineError} if the definition cannot work, naming the field and the remedy
 */
export function definePipeline<
  Nodes extends Record<string, AggregateNode<string, object>>,
  Alerts extends Record<string, AnyAlertDefinition<NoInfer<Results<Nodes>>>>,
>(definition: GraphDefinition<Nodes, Alerts>): Pipeline;
export function definePipeline(...given: unknown[]): Pipeline {
  // What follows stands in for the types, which end here.
  return given.length === 1 && !isSchema(given[0])
    ? defineGraph(given[0] as GraphDefinition<never, never>)
    : defineSingle(given[0], given[1] as PipelineDefinition<unknown, never, never>);
}

function isSchema(value: unknown): boolean {
  return (typeof value === 'object' || typeof value === 'function') && value !== null && '~standard' in value;
}

function defineSingle(
  schema: unknown,
  definition: PipelineDefinition<unknown, Record<string, object>, unknown>,
): Pipeline {
  checkSchema('event schema', schema);
  checkObject('definition', definition, 'give { eventTime, aggregates } as the second argument');
  checkKnown('', definition, [...PIPELINE_FIELDS, ...TIME_FIELDS]);
  checkFunction('eventTime', definition.eventTime, 'write eventTime: (event) => event.time');
  const node = new SourceNode(schema as StandardSchemaV1, { eventTime: definition.eventTime });
  const source = {
    index: 0,
    stream: node.stream,
    when: node.when,
    schema: node.schema,
    eventTime: node.eventTime as (event: unknown) => unknown,
  };
  const definitions = definition.aggregates as unknown as Readonly<Record<string, ErasedAggregate>>;
  checkAggregateNames(definitions);
  const aggregates = Object.entries(definitions).map(([name, aggregate], index) =>
    buildAggregate(name, index, { source, derivation: undefined }, aggregate),
  );
  const alerts = buildAlerts(alertsOf(definition), aggregates);
  return {
    sources: [source],
    unmatched: 'quarantine',
    ...readTimes(definition),
    aggregates,
    alerts,
    routes: buildRoutes(definition.routes ?? [], alerts),
  };
}

function defineGraph(
  definition: GraphDefinition<Record<string, AggregateNode<string, object>>, unknown>,
): Pipeline {
  checkObject('definition', definition, 'give a schema and { eventTime, aggregates }, or { aggregates }');
  checkKnown('', definition, [...GRAPH_FIELDS, ...TIME_FIELDS]);
  checkAggregateNames(definition.aggregates);
  const { unmatched = 'quarantine' } = definition;
  if (!['quarantine', 'ignore'].includes(unmatched)) {
    throw new PipelineError('unmatched', 'is unknown', "take 'quarantine' or 'ignore'");
  }
  const { sources, aggregates } = buildGraph(definition.aggregates);
  const alerts = buildAlerts(alertsOf(definition), aggregates);
  return {
    sources,
    unmatched,
    ...readTimes(definition),
    aggregates,
    alerts,
    routes: buildRoutes(definition.routes ?? [], alerts),
  };
}

function checkAggregateNames(definitions: object): void {
  checkObject('aggregates', definitions, 'define at least one aggregate');
  const names = Object.keys(definitions);
  if (names.length === 0) {
    throw new PipelineError('aggregates', 'is empty', 'define at least one aggregate');
  }
  checkNames('aggregates', names);
}

function readTimes(
  definition: TimeDefinition,
): Pick<Pipeline, 'maxOutOfOrderness' | 'maxAhead' | 'idleAfter' | 'silentAfter'> {
  return {
    maxOutOfOrderness: readDuration('maxOutOfOrderness', definition.maxOutOfOrderness ?? '0s', {
      zero: true,
    }),
    maxAhead: readDuration('maxAhead', definition.maxAhead ?? '1h'),
    idleAfter: readDuration('idleAfter', definition.idleAfter ?? '1m'),
    silentAfter: readDuration('silentAfter', definition.silentAfter ?? '5m'),
  };
}

function alertsOf({ alerts }: { readonly alerts?: unknown }): Readonly<Record<string, ErasedAlert>> {
  return (alerts ?? {}) as Readonly<Record<string, ErasedAlert>>;
}
