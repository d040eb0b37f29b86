import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { EventTime } from '../time/event-time.ts';
import type { WindowShape } from '../time/window.ts';
import { checkFunction, checkKnown, checkSchema } from './check.ts';
import type { AggregateDefinition } from './definition.ts';
import { PipelineError } from './errors.ts';
import type { Matcher } from './pipeline.ts';

/** A value that tells one kind of event from another. */
export type Discriminator = string | number | boolean;

/** Where one kind of event comes from. */
export interface SourceDefinition<Event> {
  /** When the event happened: ISO 8601 text with a zone or a date alone (midnight UTC), milliseconds since 1970, or a Date. */
  readonly eventTime: (event: Event) => EventTime;
  /** The stream's name without that of the service and the stage. Default `'events'`. */
  readonly stream?: string;
  /**
   * Which events of the stream are of this kind, if not all: those that have this value, or one of these, in each of these
   * top-level fields. Read before the schema is applied.
   */
  readonly when?: Readonly<Record<string, Discriminator | readonly Discriminator[]>>;
}

/** A final window of an aggregate, as an aggregate derived from it sees it. Times are milliseconds since 1970 UTC. */
export interface WindowEvent<Dimension extends string, Results> {
  readonly key: Readonly<Record<Dimension, string>>;
  /** Inclusive. */
  readonly start: number;
  /** Exclusive. The event time is the last millisecond before it. */
  readonly end: number;
  readonly measures: Readonly<Results>;
}

/** What events of one kind can be aggregated into. */
export interface Stream<Event> {
  /** An aggregate over these events; it gets its name in `definePipeline`. */
  aggregate<const Dimension extends string, Results extends object>(
    definition: AggregateDefinition<Event, Results, Dimension>,
  ): AggregateNode<Dimension, Results>;
}

/** What a node's events are. */
export type Origin =
  | { readonly source: SourceNode<unknown> }
  | { readonly from: AggregateNode<string, object>; readonly over: WindowShape };

const SOURCE_FIELDS = Object.keys({ eventTime: true, stream: true, when: true } satisfies Record<
  keyof SourceDefinition<unknown>,
  true
>);
const STREAM_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** One kind of event. Made by {@link source}. */
export class SourceNode<Event> implements Stream<Event> {
  readonly schema: StandardSchemaV1;
  readonly eventTime: (event: Event) => EventTime;
  readonly stream: string;
  readonly when: Matcher | undefined;

  constructor(schema: StandardSchemaV1, { eventTime, stream = 'events', when }: SourceDefinition<Event>) {
    this.schema = schema;
    this.eventTime = eventTime;
    this.stream = stream;
    this.when = when === undefined ? undefined : matcherOf(when);
  }

  aggregate<const Dimension extends string, Results extends object>(
    definition: AggregateDefinition<Event, Results, Dimension>,
  ): AggregateNode<Dimension, Results> {
    return new AggregateNode({ source: this as unknown as SourceNode<unknown> }, definition);
  }
}

/** An aggregate without a name. Made by {@link Stream.aggregate}. */
export class AggregateNode<out Dimension extends string, out Results extends object> {
  /** Only for the compiler: what a reader sees of a pane. */
  declare readonly results: Results;
  readonly origin: Origin;
  readonly definition: unknown;

  constructor(origin: Origin, definition: unknown) {
    this.origin = origin;
    this.definition = definition;
  }

  /**
   * The aggregate's final windows as events, one per key and window that has data.
   *
   * @example
   * departures.windows(tumbling('1h')).aggregate({ key: {}, pane: '1h', measures: { worst: max((w) => w.measures.delay) } })
   */
  windows(over: WindowShape): Stream<WindowEvent<Dimension, Results>> {
    return {
      aggregate: (definition) =>
        new AggregateNode({ from: this as unknown as AggregateNode<string, object>, over }, definition),
    };
  }
}

/**
 * Declares one kind of event: of several in one stream, or in a stream of its own.
 *
 * @example
 * const bids = source(bid, { eventTime: (bid) => bid.at, when: { type: 'bid' } });
 * const orders = source(order, { eventTime: (order) => order.at, stream: 'orders' });
 * export default definePipeline({
 *   aggregates: {
 *     bidding: bids.aggregate({ key: { auction: (bid) => bid.auction }, pane: '1m', measures: { n: count() } }),
 *     sales: orders.aggregate({ key: {}, pane: '1h', measures: { revenue: sum((order) => order.price) } }),
 *   },
 * });
 * @param schema any Standard Schema (https://standardschema.dev); it must validate synchronously
 * @throws {PipelineError} if it cannot work, naming the field and the remedy
 */
export function source<Schema extends StandardSchemaV1>(
  schema: Schema,
  definition: SourceDefinition<StandardSchemaV1.InferOutput<Schema>>,
): SourceNode<StandardSchemaV1.InferOutput<Schema>> {
  checkSchema('event schema', schema);
  checkKnown('source', definition, SOURCE_FIELDS);
  checkFunction('source.eventTime', definition.eventTime, 'write eventTime: (event) => event.time');
  const { stream, when } = definition;
  if (stream !== undefined && !STREAM_NAME.test(stream)) {
    throw new PipelineError(
      'source.stream',
      `'${stream}' is no name of a stream`,
      'begin with a letter and use up to 64 letters, digits, _ and -',
    );
  }
  if (when !== undefined && Object.keys(when).length === 0) {
    throw new PipelineError(
      'source.when',
      'is empty',
      "write when: { type: 'bid' }, or leave it out to take all events",
    );
  }
  for (const [field, values] of Object.entries<unknown>(when ?? {})) checkValues(field, values);
  return new SourceNode(schema, definition);
}

/** Typed, but a definition may be written in JavaScript: what no event has would leave a source without any. */
function checkValues(field: string, values: unknown): void {
  const all: unknown[] = Array.isArray(values) ? values : [values];
  if (all.length > 0 && all.every((value) => ['string', 'number', 'boolean'].includes(typeof value))) return;
  throw new PipelineError(
    `source.when.${field}`,
    all.length === 0 ? 'has no values' : 'has a value that is neither text, a number nor a boolean',
    `write ${field}: 'bid', or ${field}: ['bid', 'ask']`,
  );
}

function matcherOf(when: Readonly<Record<string, Discriminator | readonly Discriminator[]>>): Matcher {
  return Object.fromEntries(
    Object.entries(when).map(([field, values]) => [field, Array.isArray(values) ? values : [values]]),
  );
}
