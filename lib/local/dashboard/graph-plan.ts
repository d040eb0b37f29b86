import type { Stack } from '../stack/stack.ts';
import type { StackFunction } from '../stack/functions.ts';
import type { PhysicalResource } from '../stack/physical.ts';
import type { GraphNode } from './protocol.ts';

/** Where the number on an arrow comes from. */
export type CountOf =
  /** Records put to a stream, by its ARN. */
  | { readonly kind: 'put'; readonly streamArn: string }
  /** Records that mappings have dealt with, by their logical ids. */
  | { readonly kind: 'dealtWith'; readonly mappings: readonly string[] }
  /** Invocations that succeeded, of a function's mappings. */
  | { readonly kind: 'batches'; readonly mappings: readonly string[] }
  /** Batches given up on. */
  | { readonly kind: 'givenUp'; readonly mapping: string }
  /** Messages that a subscriber received. */
  | { readonly kind: 'told'; readonly topicArn: string }
  /** What a function says of itself. */
  | { readonly kind: 'metrics'; readonly function: string; readonly names: readonly string[] };

/** An arrow, and where its number comes from. */
export interface PlannedEdge {
  readonly from: string;
  readonly to: string;
  readonly unit: string;
  readonly count: CountOf;
}

/** What is drawn of a stack: all but the numbers. */
export interface GraphPlan {
  readonly nodes: readonly Omit<GraphNode, 'failing'>[];
  readonly edges: readonly PlannedEdge[];
}

/** What of a stack a drawing is made from. */
export type DrawnStack = Pick<Stack, 'resources' | 'functions' | 'eventSourceMappings'>;

/**
 * The metrics in which weir's functions count what they put where, by the variable of their environment that names the place. A
 * variable that another service happens to name likewise has a count of zero.
 */
const WEIR_METRICS: Readonly<Record<string, readonly string[]>> = {
  AGGREGATES_TABLE: ['PanesWritten'],
  ALERTS_TABLE: ['AlertTransitions'],
  ALERT_TOPICS: ['AlertsPublished'],
  QUARANTINE_QUEUE_URL: ['RecordsQuarantined', 'RecordsLate'],
};

const KINDS: Readonly<Record<string, 'stream' | 'table' | 'topic' | 'queue'>> = {
  'AWS::Kinesis::Stream': 'stream',
  'AWS::DynamoDB::Table': 'table',
  'AWS::SNS::Topic': 'topic',
  'AWS::SQS::Queue': 'queue',
};

function unitOf(type: string): string {
  const kind = KINDS[type];
  if (kind === 'stream') return 'records';
  return kind === 'table' ? 'writes' : 'messages';
}

/** The id of a function's node. */
export function functionNode(key: string): string {
  return `function:${key}`;
}

/** The id of a resource's node. */
export function resourceNode(logicalId: string): string {
  return `resource:${logicalId}`;
}

/**
 * Draws a stack as data flows through it: from producers by streams through the functions that read them, to what these functions'
 * environments name, and from there through those that read it. What a function's data comes from is read and not written, as far
 * as an environment tells, so that there are no circles. Functions that nothing is mapped to are left out.
 *
 * @param subscribed ARNs of the topics that somebody here has subscribed to
 */
export function planGraph(stack: DrawnStack, subscribed: readonly string[] = []): GraphPlan {
  const places = [...stack.resources.values()].filter(({ type }) => type in KINDS);
  const plan = new Plan(stack, places);
  plan.drawMappings();
  plan.drawWrites();
  plan.drawEnds(subscribed);
  plan.countByReaders();
  return plan.ranked();
}

class Plan {
  readonly #stack: DrawnStack;
  readonly #places: readonly PhysicalResource[];
  readonly #edges: PlannedEdge[] = [];
  readonly #prefix: string;

  constructor(stack: DrawnStack, places: readonly PhysicalResource[]) {
    this.#stack = stack;
    this.#places = places;
    this.#prefix = commonPrefix(stack.functions);
  }

  drawMappings(): void {
    for (const { logicalId, function: reader, properties } of this.#stack.eventSourceMappings) {
      const source = this.#placeAt(properties.EventSourceArn);
      if (source === undefined) continue;
      this.#edges.push({
        from: resourceNode(source.logicalId),
        to: functionNode(reader.key),
        unit: 'records',
        count: { kind: 'dealtWith', mappings: [logicalId] },
      });
      const failures = this.#placeAt(properties.DestinationConfig?.OnFailure?.Destination ?? '');
      if (failures === undefined) continue;
      this.#edges.push({
        from: functionNode(reader.key),
        to: resourceNode(failures.logicalId),
        unit: 'messages',
        count: { kind: 'givenUp', mapping: logicalId },
      });
    }
  }

  /** In the order in which data comes to the functions: what lies upstream is then known when a function's turn comes. */
  drawWrites(): void {
    // Where two may come first, who reads what is declared first does.
    const readers = this.#stack.eventSourceMappings.map(({ function: reader }) => reader);
    const left = new Set(readers.toSorted((a, b) => this.#firstSource(a) - this.#firstSource(b)));
    while (left.size > 0) {
      const next = [...left].find((reader) => !this.#waitsForOthers(reader, left)) ?? [...left][0];
      if (next === undefined) return;
      left.delete(next);
      this.#drawWritesOf(next);
    }
  }

  drawEnds(subscribed: readonly string[]): void {
    const written = new Set(this.#edges.map(({ to }) => to));
    for (const { logicalId, type, attributes } of this.#places) {
      const node = resourceNode(logicalId);
      const isRead = this.#edges.some(({ from }) => from === node);
      if (type === 'AWS::Kinesis::Stream' && isRead && !written.has(node)) {
        const count = { kind: 'put', streamArn: attributes.Arn ?? '' } as const;
        this.#edges.push({ from: 'producer', to: node, unit: 'records', count });
      }
      const topicArn = attributes.TopicArn ?? '';
      if (type === 'AWS::SNS::Topic' && written.has(node) && subscribed.includes(topicArn)) {
        const count = { kind: 'told', topicArn } as const;
        this.#edges.push({ from: node, to: 'subscriber', unit: 'messages', count });
      }
    }
  }

  /** What a function does not count itself is counted by those who read it, where no other function puts anything there. */
  countByReaders(): void {
    for (const [at, edge] of this.#edges.entries()) {
      if (edge.count.kind !== 'batches') continue;
      const isShared = this.#edges.some((other) => other !== edge && other.to === edge.to);
      const reader = this.#edges.find(({ from }) => from === edge.to);
      const type = this.#places.find(({ logicalId }) => resourceNode(logicalId) === edge.to)?.type ?? '';
      if (!isShared && reader !== undefined)
        this.#edges[at] = { ...edge, unit: unitOf(type), count: reader.count };
    }
  }

  ranked(): GraphPlan {
    const ids = [...new Set(this.#edges.flatMap(({ from, to }) => [from, to]))];
    const ranks = new Map(ids.map((id) => [id, 0]));
    // The longest way there; there are no circles, so that it ends.
    for (let moved = true; moved;) {
      moved = false;
      for (const { from, to } of this.#edges) {
        const least = (ranks.get(from) ?? 0) + 1;
        if ((ranks.get(to) ?? 0) >= least) continue;
        ranks.set(to, least);
        moved = true;
      }
    }
    const nodes = ids.map((id) => ({ id, ...this.#describe(id), rank: ranks.get(id) ?? 0 }));
    return { nodes: nodes.toSorted((a, b) => a.rank - b.rank), edges: this.#edges };
  }

  /** Whether a function reads what another one may be found to write, whose turn has not come. */
  #waitsForOthers(reader: StackFunction, left: ReadonlySet<StackFunction>): boolean {
    return this.#sourcesOf(reader).some(
      (source) =>
        !this.#edges.some(({ to }) => to === resourceNode(source.logicalId)) &&
        [...left].some(
          (other) => other !== reader && this.#namedBy(other).some(({ place }) => place === source),
        ),
    );
  }

  #drawWritesOf(writer: StackFunction): void {
    const node = functionNode(writer.key);
    for (const { place, variable } of this.#namedBy(writer)) {
      const to = resourceNode(place.logicalId);
      const isDrawn = this.#edges.some((edge) => edge.from === node && edge.to === to);
      if (!isDrawn && !this.#reaches(to, node))
        this.#edges.push({ from: node, to, ...this.#countOfWrites(writer, place, variable) });
    }
  }

  #countOfWrites(
    writer: StackFunction,
    { type }: PhysicalResource,
    variable: string | undefined,
  ): Pick<PlannedEdge, 'unit' | 'count'> {
    const names = WEIR_METRICS[variable ?? ''];
    if (names !== undefined)
      return { unit: unitOf(type), count: { kind: 'metrics', function: writer.key, names } };
    const mappings = this.#stack.eventSourceMappings.filter(({ function: reader }) => reader === writer);
    return {
      unit: 'batches',
      count: { kind: 'batches', mappings: mappings.map(({ logicalId }) => logicalId) },
    };
  }

  /** What a function's environment names, once each, and by which variable if that names nothing else. */
  #namedBy({ environment }: StackFunction): { place: PhysicalResource; variable: string | undefined }[] {
    const named = new Map<PhysicalResource, string | undefined>();
    for (const [variable, text] of Object.entries(environment)) {
      const words = text.split(/[\s,;=|"'{}[\]]+/);
      const places = this.#places.filter((place) => words.some((word) => isName(word, place)));
      // What is counted of several places together says nothing of one.
      for (const place of places) named.set(place, places.length === 1 ? variable : undefined);
    }
    return [...named].map(([place, variable]) => ({ place, variable }));
  }

  #sourcesOf(reader: StackFunction): PhysicalResource[] {
    return this.#stack.eventSourceMappings
      .filter((mapping) => mapping.function === reader)
      .flatMap(({ properties }) => this.#placeAt(properties.EventSourceArn) ?? []);
  }

  #firstSource(reader: StackFunction): number {
    return Math.min(...this.#sourcesOf(reader).map((source) => this.#places.indexOf(source)));
  }

  #placeAt(arn: string): PhysicalResource | undefined {
    return this.#places.find(({ attributes }) => isSource(arn, attributes));
  }

  #reaches(from: string, to: string): boolean {
    if (from === to) return true;
    return this.#edges.some((edge) => edge.from === from && this.#reaches(edge.to, to));
  }

  #describe(id: string): Pick<GraphNode, 'kind' | 'label'> {
    if (id === 'producer') return { kind: 'producer', label: 'producers' };
    if (id === 'subscriber') return { kind: 'subscriber', label: 'subscribers' };
    const place = this.#places.find(({ logicalId }) => resourceNode(logicalId) === id);
    if (place === undefined) return { kind: 'function', label: id.slice(functionNode('').length) };
    return { kind: KINDS[place.type] ?? 'table', label: this.#labelOf(place) };
  }

  #labelOf({ ref, attributes }: PhysicalResource): string {
    const name = attributes.TopicName ?? attributes.QueueName ?? ref;
    return name.startsWith(this.#prefix) ? name.slice(this.#prefix.length) : name;
  }
}

/** What functions' names begin with, up to their keys: `weir-dev-`. */
function commonPrefix([first]: readonly StackFunction[]): string {
  if (first?.functionName.endsWith(`-${first.key}`) !== true) return '';
  return first.functionName.slice(0, -first.key.length);
}

function isName(word: string, { ref, attributes }: PhysicalResource): boolean {
  return word !== '' && (word === ref || word === attributes.Arn || word === attributes.QueueName);
}

function isSource(arn: string, { Arn, StreamArn, TopicArn }: PhysicalResource['attributes']): boolean {
  if (arn === '') return false;
  if (arn === Arn || arn === StreamArn || arn === TopicArn) return true;
  // That of a consumer is the stream's and more.
  return Arn !== undefined && arn.startsWith(`${Arn}/consumer/`);
}

/** The service and stage that a stack is of, as the names of its functions have it; empty if they have no name in common. */
export function serviceOf({ functions }: Pick<Stack, 'functions'>): string {
  return commonPrefix(functions).replace(/-$/, '');
}
