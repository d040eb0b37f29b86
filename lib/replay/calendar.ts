import type { Pane } from '../fold/pane.ts';

/** Panes by their start, to be taken in order of time once the watermark is far enough. */
export class Calendar {
  readonly #byStart = new Map<number, Pane[]>();
  readonly #after: number;
  #earliest = Infinity;

  /** @param after ms from a pane's start to the moment it is due */
  constructor(after: number) {
    this.#after = after;
  }

  /** When the earliest pane is due, in ms; infinity if there is none. */
  get next(): number {
    return this.#earliest + this.#after;
  }

  add(pane: Pane): void {
    const panes = this.#byStart.get(pane.start);
    if (panes !== undefined) panes.push(pane);
    else this.#byStart.set(pane.start, [pane]);
    if (pane.start < this.#earliest) this.#earliest = pane.start;
  }

  /** Takes the panes that are due at `watermark`, by start and then by key. */
  *take(watermark: number): Generator<Pane> {
    if (this.next > watermark) return;
    const due = [...this.#byStart.keys()]
      .filter((start) => start + this.#after <= watermark)
      .sort((a, b) => a - b);
    for (const start of due) {
      const panes = this.#byStart.get(start) ?? [];
      this.#byStart.delete(start);
      yield* panes.sort((a, b) => (a.key < b.key ? -1 : 1));
    }
    this.#earliest = Infinity;
    for (const start of this.#byStart.keys()) this.#earliest = Math.min(this.#earliest, start);
  }
}
