import type { Aggregate } from '../pipeline/pipeline.ts';
import { emptyPane, type Pane } from './pane.ts';

/** The panes of one aggregate under fold, found by key and start. */
export class PaneMap {
  readonly #aggregate: Aggregate;
  // A key's panes are few, and neighbours in a stream mostly fall into the one that was touched last: a chain that has it
  // first costs nothing beside the panes themselves.
  readonly #keys = new Map<string, Pane>();
  readonly #onNew: ((pane: Pane) => void) | undefined;

  /** @param onNew told of each pane as it is made */
  constructor(aggregate: Aggregate, onNew?: (pane: Pane) => void) {
    this.#aggregate = aggregate;
    this.#onNew = onNew;
  }

  /** The pane of a key that starts at `start`, made if it is not there. */
  at(key: string, start: number, sequence: string): Pane {
    const latest = this.#keys.get(key);
    if (latest?.start === start) return latest;
    for (let before = latest, pane = latest?.next; before && pane; before = pane, pane = pane.next) {
      if (pane.start !== start) continue;
      before.next = pane.next;
      pane.next = latest;
      this.#keys.set(key, pane);
      return pane;
    }
    const made = emptyPane(this.#aggregate, key, start, sequence);
    made.next = latest;
    this.#keys.set(key, made);
    this.#onNew?.(made);
    return made;
  }

  /** Every pane, by key in order of first sight, then by start. */
  *[Symbol.iterator](): Generator<Pane> {
    for (const key of this.#keys.keys()) yield* this.range(key, -Infinity, Infinity);
  }

  /** The panes of a key that start in [from, to), by start. */
  range(key: string, from: number, to: number): Pane[] {
    const found: Pane[] = [];
    for (let pane = this.#keys.get(key); pane !== undefined; pane = pane.next) {
      if (pane.start >= from && pane.start < to) found.push(pane);
    }
    return found.length > 1 ? found.sort(byStart) : found;
  }

  /** Forgets a pane; a key without panes is forgotten too. */
  delete(pane: Pane): void {
    const latest = this.#keys.get(pane.key);
    if (latest === pane) {
      if (pane.next === undefined) this.#keys.delete(pane.key);
      else this.#keys.set(pane.key, pane.next);
      return;
    }
    for (let before = latest; before !== undefined; before = before.next) {
      if (before.next === pane) before.next = pane.next;
    }
  }
}

function byStart(a: Pane, b: Pane): number {
  return a.start - b.start;
}
