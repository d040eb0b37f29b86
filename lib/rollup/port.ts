import type { Tier } from './tier.ts';

/** Names a pane of a tier. */
export interface TierPane {
  readonly tier: Tier;
  readonly key: string;
  /** Start in ms. */
  readonly start: number;
}

/** What a tier's pane holds. */
export interface Rollup {
  /** `undefined` if it is more than an item holds, or was made of such a one: then the finer tier has to be read. */
  readonly accs: unknown[] | undefined;
  /** Records folded in. */
  readonly records: number;
  /** When the first of the items that it was made of may be gone, in ms. */
  readonly until: number;
}

/** A tier's pane as it is stored. */
export interface StoredRollup extends Rollup {
  /** Grows by one with every write; a write is on condition that it has not moved. */
  readonly version: number;
}

/** One of the items that a tier's pane is made of. */
export interface Part {
  readonly accs: unknown[] | undefined;
  readonly records: number;
  /** In ms. */
  readonly expires: number;
}

/** Where tiers live. All reads are consistent. */
export interface RollupStore {
  read(pane: TierPane): Promise<StoredRollup | undefined>;
  /** What a pane is made of: the items of the next finer tier in it, or the base panes of all lanes that have records. */
  parts(pane: TierPane): AsyncIterable<Part>;
  /**
   * Puts a pane's value in place of what stands there, if the item's version is still `version` (`undefined`: if there is no
   * item). One that is more than an item holds is put without its accumulators.
   *
   * @returns what was put; `'nothing'` if the version has moved
   */
  put(
    pane: TierPane,
    rollup: Rollup,
    version: number | undefined,
  ): Promise<'whole' | 'without accumulators' | 'nothing'>;
}

/**
 * What became of a tier's pane. One is `'kept'` that changed after items that it was made of began to expire; one that is
 * `'too large'` is more than an item holds.
 */
export type Compacted = 'made' | 'unchanged' | 'without data' | 'kept' | 'too large';

/** What it takes to make tiers. */
export interface RollupContext {
  readonly store: RollupStore;
  /** Wall clock in ms. */
  readonly now: () => number;
  /** Told what became of each pane. */
  readonly onCompacted?: (pane: TierPane, outcome: Compacted) => void;
}
