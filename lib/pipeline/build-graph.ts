import { formatDuration } from '../time/duration.ts';
import { longestWindow, type WindowShape } from '../time/window.ts';
import { buildAggregate, type ErasedAggregate } from './build-aggregate.ts';
import { checkOver } from './check-over.ts';
import { PipelineError } from './errors.ts';
import { areApart, matcherText } from './matcher.ts';
import {
  isTotal,
  windowFinalAfter,
  type Aggregate,
  type Matcher,
  type Pipeline,
  type Source,
} from './pipeline.ts';
import { AggregateNode, type SourceNode } from './source.ts';

type Nodes = Readonly<Record<string, AggregateNode<string, object>>>;

/**
 * Gives every node its name and place, and finds the sources.
 *
 * @throws {PipelineError} if the nodes do not make a pipeline
 */
export function buildGraph(nodes: Nodes): Pick<Pipeline, 'sources' | 'aggregates'> {
  const names = new Map(Object.entries(nodes).map(([name, node]) => [node, name]));
  for (const [name, node] of Object.entries(nodes)) checkNode(names, name, node);
  const sources = sourcesOf(Object.values(nodes));
  const built = new Map<AggregateNode<string, object>, Aggregate>();
  const places = [...names.keys()];

  function build(node: AggregateNode<string, object>): Aggregate {
    const there = built.get(node);
    if (there !== undefined) return there;
    const name = names.get(node) ?? '';
    const aggregate = buildAggregate(
      name,
      places.indexOf(node),
      eventsOf(name, node),
      node.definition as ErasedAggregate,
    );
    built.set(node, aggregate);
    return aggregate;
  }

  function eventsOf(
    name: string,
    { origin }: AggregateNode<string, object>,
  ): Pick<Aggregate, 'source' | 'derivation'> {
    if ('source' in origin) return { source: sources.get(origin.source), derivation: undefined };
    const from = build(origin.from);
    if (isTotal(from)) {
      throw new PipelineError(
        `aggregates.${name}`,
        `is over windows of ${from.name}, which is a running total and has none`,
        'derive it from an aggregate with panes',
      );
    }
    checkOver(`aggregates.${name}.windows`, origin.over, from);
    checkKept(`aggregates.${name}.windows`, origin.over, from);
    return { source: undefined, derivation: { from, window: origin.over } };
  }

  return { sources: [...sources.values()], aggregates: places.map((node) => build(node)) };
}

/** A window is read when it is final. */
function checkKept(field: string, window: WindowShape, from: Aggregate): void {
  const needed = longestWindow(window) + windowFinalAfter(from);
  if (from.retain >= needed) return;
  throw new PipelineError(
    field,
    `are final ${formatDuration(needed)} after they begin, but panes of ${from.name} are kept for ${formatDuration(from.retain)} only`,
    'retain these for longer',
  );
}

function checkNode(
  names: ReadonlyMap<AggregateNode<string, object>, string>,
  name: string,
  node: AggregateNode<string, object>,
): void {
  if (!isNode(node)) {
    throw new PipelineError(
      `aggregates.${name}`,
      'is not an aggregate of a source',
      'make it by source(schema, …).aggregate({ key, pane, measures }), or give the schema as the first argument',
    );
  }
  if (names.get(node) !== name) {
    throw new PipelineError(
      `aggregates.${name}`,
      `is the same as aggregates.${names.get(node) ?? ''}`,
      'leave one of them out',
    );
  }
  const { origin } = node;
  if ('from' in origin && !names.has(origin.from)) {
    throw new PipelineError(
      `aggregates.${name}`,
      'is over windows of an aggregate that the pipeline does not have',
      'put that among the aggregates too',
    );
  }
}

function isNode(value: unknown): boolean {
  return value instanceof AggregateNode;
}

function sourcesOf(nodes: readonly AggregateNode<string, object>[]): Map<SourceNode<unknown>, Source> {
  const sources = new Map<SourceNode<unknown>, Source>();
  for (const { origin } of nodes) {
    if (!('source' in origin) || sources.has(origin.source)) continue;
    const { stream, when, schema, eventTime } = origin.source;
    const source = { index: sources.size, stream, when, schema, eventTime };
    for (const other of sources.values()) checkApart(source, other);
    sources.set(origin.source, source);
  }
  return sources;
}

/** Of two sources of one stream, every event must be known to be of one at most. */
function checkApart(source: Source, other: Source): void {
  if (source.stream !== other.stream || areApart(source.when, other.when)) return;
  throw new PipelineError(
    `sources of stream ${source.stream}`,
    `overlap: an event could be of both ${describe(source.when)} and ${describe(other.when)}`,
    "tell them apart by other values of one field, such as when: { type: 'bid' } and when: { type: 'auction' }",
  );
}

function describe(when: Matcher | undefined): string {
  return when === undefined ? 'one without when' : `the one with when: ${matcherText(when)}`;
}
