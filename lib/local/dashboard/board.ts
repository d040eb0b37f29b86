import type { EngineEvent } from '../../esm/index.ts';
import type { NoticeMessage } from '../../notify/message.ts';
import type { QuarantineMessage } from '../../quarantine/message.ts';
import type { MetricsTally } from '../metrics-tally.ts';
import { AlertRows } from './alert-rows.ts';
import { AsideRows } from './aside-rows.ts';
import { FailureRows } from './failure-rows.ts';
import { GraphCounts } from './graph-counts.ts';
import { functionNode, type CountOf, type GraphPlan } from './graph-plan.ts';
import { LogLines } from './log-lines.ts';
import { MappingRows, type WatchedMapping } from './mapping-rows.ts';
import type { Account, Faults, Playback, Snapshot } from './protocol.ts';

/** What a board is made with. */
export interface BoardOptions {
  /** Wall clock in ms. */
  readonly now: () => number;
  /** What functions count of themselves. */
  readonly metrics: Pick<MetricsTally, 'sum'>;
}

/** What the board is told of once it runs. */
export interface WatchedStack {
  readonly service: string;
  readonly functions: readonly string[];
  readonly plan: GraphPlan;
  readonly mappings: readonly WatchedMapping[];
}

/** What others know at the time of a snapshot. */
export interface Beside {
  readonly playback: Playback;
  readonly faults: Faults | undefined;
}

const NOTHING: WatchedStack = { service: '', functions: [], plan: { nodes: [], edges: [] }, mappings: [] };

/**
 * What happens in a stack, as the dashboard shows it: takes all that is told while it runs, and gives a snapshot at any moment. It
 * keeps the youngest of everything, so that it is as big after an hour as after a minute.
 *
 * @example
 * const board = new Board({ now: Date.now, metrics });
 * board.watch({ service: 'weir-dev', functions: ['aggregate'], plan: planGraph(stack), mappings });
 * board.event('aggregate', event);
 * board.sample();
 * board.snapshot({ playback, faults: undefined });
 */
export class Board {
  readonly #now: () => number;
  readonly #metrics: BoardOptions['metrics'];
  readonly #alerts = new AlertRows();
  readonly #aside = new AsideRows();
  readonly #failures = new FailureRows();
  readonly #logs = new LogLines();
  readonly #told = new Map<string, number>();
  #stack = NOTHING;
  #mappings = new MappingRows([]);
  #graph = new GraphCounts(NOTHING.plan);
  #put: number | undefined;
  #account: Account | undefined;

  constructor({ now, metrics }: BoardOptions) {
    this.#now = now;
    this.#metrics = metrics;
  }

  /** What there is to see; nothing, before. */
  watch(stack: WatchedStack): void {
    this.#stack = stack;
    this.#mappings = new MappingRows(stack.mappings);
    this.#graph = new GraphCounts(stack.plan);
  }

  get functions(): readonly string[] {
    return this.#stack.functions;
  }

  /** Takes what the event source mapping of a function tells. */
  event(functionKey: string, event: EngineEvent): void {
    const at = this.#now();
    if (!this.#failures.take(functionKey, event, at)) return;
    this.#graph.failed(functionNode(functionKey), at);
    if (event.type !== 'sourceFailed') return;
    for (const { from, to } of this.#stack.plan.edges) {
      if (to === functionNode(functionKey)) this.#graph.failed(from, at);
    }
  }

  /** Takes a line that a function wrote. */
  log(functionKey: string, line: string): void {
    this.#logs.add(functionKey, line);
  }

  logs(functionKey: string): readonly string[] {
    return this.#logs.list(functionKey);
  }

  /** Takes a message that a subscriber of a topic received. */
  tell(message: NoticeMessage, topicArn: string): void {
    this.#alerts.tell(message);
    this.#told.set(topicArn, (this.#told.get(topicArn) ?? 0) + 1);
  }

  /** Takes a record that was set aside; each once. @param at when, in ms */
  setAside(message: QuarantineMessage, at: number): void {
    this.#aside.add(message, at);
  }

  /** A record that was set aside is no longer in the queue. */
  asideGone(id: string): void {
    this.#aside.gone(id);
  }

  /** A record that was set aside was tried again, and stays. */
  asideStays(id: string, why: string): void {
    this.#aside.stays(id, why);
  }

  /** Takes the account of the input against what is stored. */
  accountFor(account: Omit<Account, 'at'>): void {
    this.#account = { at: this.#now(), ...account };
  }

  /** Takes event times (ms) up to which lanes are complete, by lane: `events/shardId-000000000000`. */
  setWatermarks(watermarks: ReadonlyMap<string, number>): void {
    this.#mappings.setWatermarks(watermarks);
  }

  /**
   * Looks at everything that is counted. Rates are as good as this is often: some times a second.
   *
   * @param put records that were put to the stack's only event stream; if there are more streams, or nobody counts, the records that
   * were read count as put
   */
  sample(put?: number): void {
    const at = this.#now();
    this.#put = put;
    this.#mappings.sample(at);
    this.#graph.sample(at, (of) => this.#count(of));
  }

  /** As of the last look. Parts that have not changed since the snapshot before are the same objects. */
  snapshot({ playback, faults }: Beside): Snapshot {
    return {
      at: this.#now(),
      service: this.#stack.service,
      playback,
      graph: this.#graph.draw(),
      mappings: this.#mappings.list(),
      throughput: this.#mappings.throughput.list(),
      alerts: this.#alerts.list(),
      transitions: this.#alerts.transitions(),
      aside: this.#aside.list(),
      asideCounts: this.#aside.counts(),
      failures: this.#failures.list(),
      faults,
      account: this.#account,
    };
  }

  #count(of: CountOf): number {
    switch (of.kind) {
      case 'put':
        return this.#countPut(of.streamArn);
      case 'dealtWith':
        return sum(of.mappings, (id) => this.#mappings.totals(id).records);
      case 'batches':
        return sum(of.mappings, (id) => this.#mappings.totals(id).succeeded);
      case 'givenUp':
        return this.#mappings.totals(of.mapping).givenUp;
      case 'told':
        return this.#told.get(of.topicArn) ?? 0;
      case 'metrics':
        return sum(of.names, (name) => this.#metrics.sum(name, of.function));
    }
  }

  #countPut(streamArn: string): number {
    const streams = this.#stack.plan.edges.filter(({ count }) => count.kind === 'put');
    if (this.#put !== undefined && streams.length === 1) return this.#put;
    const [reader] = this.#stack.mappings.filter(({ sourceArn }) => sourceArn.startsWith(streamArn));
    return reader === undefined ? 0 : this.#mappings.totals(reader.logicalId).records;
  }
}

function sum<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((total, one) => total + of(one), 0);
}
