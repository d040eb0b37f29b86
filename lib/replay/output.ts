import { mergeAccs } from '../fold/pane.ts';
import type { Pane } from '../fold/pane.ts';
import type { Aggregate } from '../pipeline/pipeline.ts';
import { paneStart } from '../time/window.ts';

/** A pane, or several of them merged, of which nothing will change any more. Times in ms. */
export interface FinalPane {
  readonly aggregate: Aggregate;
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly accs: readonly unknown[];
}

/** Final panes of one aggregate merged to a coarser resolution. */
export class Coarse {
  readonly #aggregate: Aggregate;
  readonly #resolution: number;
  readonly #byStart = new Map<number, Map<string, unknown[]>>();

  /** @param resolution in ms, a multiple of the aggregate's pane */
  constructor(aggregate: Aggregate, resolution: number) {
    this.#aggregate = aggregate;
    this.#resolution = resolution;
  }

  add(pane: Pane): void {
    const start = paneStart(pane.start, this.#resolution);
    let keys = this.#byStart.get(start);
    if (keys === undefined) this.#byStart.set(start, (keys = new Map<string, unknown[]>()));
    let accs = keys.get(pane.key);
    if (accs === undefined)
      keys.set(pane.key, (accs = this.#aggregate.measures.map(({ measure }) => measure.empty())));
    mergeAccs(this.#aggregate, accs, pane.accs);
  }

  /** Takes what is final at `watermark`, by start and then by key. */
  *take(watermark: number): Generator<FinalPane> {
    const wait = this.#resolution + this.#aggregate.allowedLateness;
    const due = [...this.#byStart.keys()].filter((start) => start + wait <= watermark).sort((a, b) => a - b);
    for (const start of due) {
      const keys = [...(this.#byStart.get(start) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
      this.#byStart.delete(start);
      for (const [key, accs] of keys) {
        yield { aggregate: this.#aggregate, key, start, end: start + this.#resolution, accs };
      }
    }
  }
}
