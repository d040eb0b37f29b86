import type { Aggregate, Pipeline } from '../pipeline/pipeline.ts';
import { paneStart } from '../time/window.ts';
import type { Interpreted } from './interpret.ts';
import { PaneMap } from './pane-map.ts';
import type { Pane } from './pane.ts';

/** Decides whether a record may be added to a pane; used to fold again what an item still lacks. */
export type Accept = (aggregate: Aggregate, key: string, start: number, sequence: string) => boolean;

/** Told of each pane that a record was added to though the watermark had passed the first end that a window of it may have. */
export type OnBehind = (pane: Pane) => void;

/** Told of each pane that a record was added to. */
export type OnAdd = (pane: Pane) => void;

/** Told of each pane that a record came too late for. */
export type OnLate = (aggregate: Aggregate, key: string, start: number, sequence: string) => void;

/**
 * Folds the events of one lane, in order, into panes.
 *
 * An event is late for an aggregate if its pane's end plus the allowed lateness is at or before the lane's
 * watermark as it stood *before* the event.
 */
export class Fold {
  readonly panes: readonly PaneMap[];
  /** Greatest event time of the lane so far, in ms; minus infinity before the first event. */
  maxEventTime: number;
  /** Watermark in ms up to which panes are closed for this lane too, whatever its own; minus infinity if there is none. */
  floor = -Infinity;
  readonly #aggregates: readonly Aggregate[];
  /** How long after its start a pane may have been judged, in ms. */
  readonly #judgedAfter: readonly number[];
  readonly #outOfOrderness: number;
  readonly #accept: Accept | undefined;
  readonly #onLate: OnLate | undefined;
  readonly #onBehind: OnBehind | undefined;
  readonly #onAdd: OnAdd | undefined;
  readonly #lenient: boolean;

  /**
   * @param maxEventTime of the lane so far, in ms; minus infinity for a new lane
   * @param options `accept` leaves records out of panes; `lenient` takes nothing for late; `panes` are folded into, instead
   * of new ones
   */
  constructor(
    pipeline: Pipeline,
    maxEventTime: number,
    options: {
      readonly accept?: Accept | undefined;
      readonly onLate?: OnLate;
      readonly onBehind?: OnBehind;
      readonly onAdd?: OnAdd | undefined;
      readonly lenient?: boolean | undefined;
      readonly panes?: readonly PaneMap[];
    } = {},
  ) {
    this.#aggregates = pipeline.aggregates;
    // A session that is cut ends by what the next pane takes: that one has to be looked at from its start.
    this.#judgedAfter = pipeline.aggregates.map(({ session, pane }) => (session === undefined ? pane : 0));
    this.#outOfOrderness = pipeline.maxOutOfOrderness;
    this.panes = options.panes ?? pipeline.aggregates.map((aggregate) => new PaneMap(aggregate));
    this.maxEventTime = maxEventTime;
    this.#accept = options.accept;
    this.#onLate = options.onLate;
    this.#onBehind = options.onBehind;
    this.#onAdd = options.onAdd;
    this.#lenient = options.lenient ?? false;
  }

  /** The lane's watermark in ms: no earlier event is expected. */
  get watermark(): number {
    return this.maxEventTime - this.#outOfOrderness;
  }

  /** Watermark in ms by which the next event's lateness is judged. */
  get closedUntil(): number {
    return Math.max(this.watermark, this.floor);
  }

  /**
   * Folds one event in.
   *
   * @returns the aggregates for which it came too late, or `undefined` if it is in all of them
   */
  add(event: Interpreted, sequence: string): Aggregate[] | undefined {
    const { time, keys, inputs } = event;
    const watermark = this.#lenient ? -Infinity : this.closedUntil;
    let late: Aggregate[] | undefined;
    let at = 0;
    for (let i = 0; i < this.#aggregates.length; i++) {
      const aggregate = this.#aggregates[i];
      const panes = this.panes[i];
      const key = keys[i];
      if (aggregate === undefined || panes === undefined) break;
      if (key === undefined) {
        at += aggregate.measures.length;
        continue;
      }
      const start = paneStart(time, aggregate.pane);
      if (start + aggregate.pane + aggregate.allowedLateness <= watermark) {
        (late ??= []).push(aggregate);
        this.#onLate?.(aggregate, key, start, sequence);
      } else if (this.#accept === undefined || this.#accept(aggregate, key, start, sequence)) {
        const pane = panes.at(key, start, sequence);
        addTo(pane, inputs, at, sequence);
        this.#onAdd?.(pane);
        if (start + (this.#judgedAfter[i] ?? 0) <= watermark) this.#onBehind?.(pane);
      }
      at += aggregate.measures.length;
    }
    if (time > this.maxEventTime) this.maxEventTime = time;
    return late;
  }
}

function addTo(pane: Pane, inputs: readonly unknown[], from: number, sequence: string): void {
  const { accs } = pane;
  const { measures } = pane.aggregate;
  for (let i = 0; i < accs.length; i++) {
    const input = inputs[from + i];
    if (input !== null && input !== undefined) accs[i] = measures[i]?.measure.add(accs[i], input);
  }
  pane.records++;
  pane.last = sequence;
}
