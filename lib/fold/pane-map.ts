import type { Aggregate } from '../pipeline/pipeline.ts';
import { emptyPane, type Pane } from './pane.ts';

interface KeyPanes {
  latest: Pane;
  readonly byStart: Map<number, Pane>;
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
    // Neighbours in a stream mostly fall into the pane that was touched last.
    if (panes?.latest.start === start) return panes.latest;
    const known = panes?.byStart.get(start);
    if (panes !== undefined && known !== undefined) return (panes.latest = known);
    const pane = emptyPane(this.#aggregate, key, start, sequence);
    if (panes === undefined) {
      this.#keys.set(key, { latest: pane, byStart: new Map([[start, pane]]) });
    } else {
      panes.latest = pane;
      panes.byStart.set(start, pane);
    }
    this.#onNew?.(pane);
    return pane;
  }

  /** Every pane, by key in order of first sight. */
  *[Symbol.iterator](): Generator<Pane> {
    for (const { byStart } of this.#keys.values()) yield* byStart.values();
  }

  /** The panes of a key by start. */
  of(key: string): ReadonlyMap<number, Pane> | undefined {
    return this.#keys.get(key)?.byStart;
  }

  /** Forgets a pane; a key without panes is forgotten too. */
  delete(pane: Pane): void {
    const panes = this.#keys.get(pane.key);
    if (panes === undefined) return;
    panes.byStart.delete(pane.start);
    if (panes.byStart.size === 0) this.#keys.delete(pane.key);
    else if (panes.latest === pane) panes.latest = panes.byStart.values().next().value ?? pane;
  }
}
