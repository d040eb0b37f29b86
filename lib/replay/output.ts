import { mergeAccs } from '../fold/pane.ts';
import type { Pane } from '../fold/pane.ts';
import { hasSessions } from '../fold/sessions.ts';
import { finalAfter, type Aggregate } from '../pipeline/pipeline.ts';
import { firstWindowEnd, nextWindowEnd, windowStart, type WindowShape } from '../time/window.ts';
import { SessionOutput } from './session-output.ts';

/** A pane, or several of them merged, of which nothing will change any more. Times in ms. */
export interface FinalPane {
  readonly aggregate: Aggregate;
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly accs: readonly unknown[];
}

/** Makes something else of an aggregate's final panes. */
export interface Output {
  /** Watermark in ms at which the next of it is final; infinity if none is under way. */
  readonly next: number;
  add(pane: Pane): void;
  /** Takes what is final at `watermark`, by end and then by key. */
  take(watermark: number): Iterable<FinalPane>;
}

/** What makes an aggregate's final panes into its windows of a shape, or into its sessions. */
export function outputOf(aggregate: Aggregate, window: WindowShape): Output {
  return hasSessions(aggregate) ? new SessionOutput(aggregate) : new WindowOutput(aggregate, window);
}

/** The windows, each by key, that hold the panes which start in [from, until). */
interface Holding {
  readonly from: number;
  readonly until: number;
  readonly windows: readonly Map<string, unknown[]>[];
}

const NONE: Holding = { from: Infinity, until: -Infinity, windows: [] };

/** Final panes of one aggregate merged to windows. */
export class WindowOutput implements Output {
  readonly #aggregate: Aggregate;
  readonly #window: WindowShape;
  readonly #byEnd = new Map<number, Map<string, unknown[]>>();
  #earliest = Infinity;
  // Panes come by start, and those that follow each other mostly lie in the same windows: with a zone, finding these takes
  // longer than merging into them.
  #holding: Holding = NONE;

  constructor(aggregate: Aggregate, window: WindowShape) {
    this.#aggregate = aggregate;
    this.#window = window;
  }

  get next(): number {
    return this.#earliest + finalAfter(this.#aggregate);
  }

  add({ key, start, accs: from }: Pane): void {
    if (start < this.#holding.from || start >= this.#holding.until) this.#holding = this.#windowsOf(start);
    for (const keys of this.#holding.windows) {
      let accs = keys.get(key);
      if (accs === undefined)
        keys.set(key, (accs = this.#aggregate.measures.map(({ measure }) => measure.empty())));
      mergeAccs(this.#aggregate, accs, from);
    }
  }

  *take(watermark: number): Generator<FinalPane> {
    if (this.next > watermark) return;
    this.#holding = NONE;
    const after = finalAfter(this.#aggregate);
    const due = [...this.#byEnd.keys()].filter((end) => end + after <= watermark).sort((a, b) => a - b);
    for (const end of due) {
      const keys = [...(this.#byEnd.get(end) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
      this.#byEnd.delete(end);
      const start = windowStart(this.#window, end);
      for (const [key, accs] of keys) yield { aggregate: this.#aggregate, key, start, end, accs };
    }
    this.#earliest = Infinity;
    for (const end of this.#byEnd.keys()) this.#earliest = Math.min(this.#earliest, end);
  }

  #windowsOf(start: number): Holding {
    const { pane } = this.#aggregate;
    const windows: Map<string, unknown[]>[] = [];
    const first = firstWindowEnd(this.#window, start + pane);
    let end = first;
    while (windowStart(this.#window, end) <= start) {
      windows.push(this.#endingAt(end));
      end = nextWindowEnd(this.#window, end);
    }
    // The next pane that ends after the first of them, or that is in the window after the last, is in others.
    return { from: start, until: Math.min(first - pane + 1, windowStart(this.#window, end)), windows };
  }

  #endingAt(end: number): Map<string, unknown[]> {
    let keys = this.#byEnd.get(end);
    if (keys === undefined) {
      this.#byEnd.set(end, (keys = new Map<string, unknown[]>()));
      this.#earliest = Math.min(this.#earliest, end);
    }
    return keys;
  }
}
