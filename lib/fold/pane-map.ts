import type { Aggregate } from '../pipeline/pipeline.ts';
import { emptyPane, type Pane } from './pane.ts';

interface KeyPanes {
  /** The pane that was touched last: neighbours in a stream mostly fall into the same. */
  latest: Pane;
  /** All panes of the key by start. They are few, and new ones mostly come last: an array is faster than a map. */
  readonly sorted: Pane[];
}

/** The panes of one aggregate under fold, found by key and start. */
export class PaneMap {
  readonly #aggregate: Aggregate;
  readonly #keys = new Map<string, KeyPanes>();
  readonly #onNew: ((pane: Pane) => void) | undefined;

  /** @param onNew told of each pane as it is made */
  constructor(aggregate: Aggregate, onNew?: (pane: Pane) => void) {
    this.#aggregate = aggregate;
    this.#onNew = onNew;
  }

  /** The pane of a key that starts at `start`, made if it is not there. */
  at(key: string, start: number, sequence: string): Pane {
    const panes = this.#keys.get(key);
    if (panes === undefined) {
      const pane = emptyPane(this.#aggregate, key, start, sequence);
      this.#keys.set(key, { latest: pane, sorted: [pane] });
      this.#onNew?.(pane);
      return pane;
    }
    if (panes.latest.start === start) return panes.latest;
    const { sorted } = panes;
    const index = lowerBound(sorted, start);
    const known = sorted[index];
    if (known?.start === start) return (panes.latest = known);
    const pane = emptyPane(this.#aggregate, key, start, sequence);
    if (index === sorted.length) sorted.push(pane);
    else sorted.splice(index, 0, pane);
    panes.latest = pane;
    this.#onNew?.(pane);
    return pane;
  }

  /** Every pane, by key in order of first sight, then by start. */
  *[Symbol.iterator](): Generator<Pane> {
    for (const { sorted } of this.#keys.values()) yield* sorted;
  }

  /** The panes of a key that start in [from, to), by start. */
  range(key: string, from: number, to: number): Pane[] {
    const sorted = this.#keys.get(key)?.sorted;
    return sorted === undefined ? [] : sorted.slice(lowerBound(sorted, from), lowerBound(sorted, to));
  }

  /** Forgets a pane; a key without panes is forgotten too. */
  delete(pane: Pane): void {
    const panes = this.#keys.get(pane.key);
    if (panes === undefined) return;
    const { sorted } = panes;
    const index = lowerBound(sorted, pane.start);
    if (sorted[index] !== pane) return;
    if (index === 0) sorted.shift();
    else sorted.splice(index, 1);
    const [first] = sorted;
    if (first === undefined) this.#keys.delete(pane.key);
    else if (panes.latest === pane) panes.latest = first;
  }
}

/** Index of the first pane that starts at `start` or later. */
function lowerBound(sorted: readonly Pane[], start: number): number {
  let high = sorted.length;
  // The end first: that is where most are looked for.
  if (high === 0 || (sorted[high - 1]?.start ?? 0) < start) return high;
  let low = 0;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle]?.start ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  return low;
}
