import type { PaneRef, StoredPane } from '../store/port.ts';
import type { Quarantine } from '../quarantine/set-aside.ts';
import type { DerivedAggregate } from './window-fold.ts';

/** Names a window of one key that is given to a derived aggregate. */
export interface WindowRef {
  readonly derived: DerivedAggregate;
  /** Of the aggregate that the window is of. */
  readonly key: string;
  /** In ms. Of one key, no two windows start at once. */
  readonly start: number;
}

/** A pane of a derived aggregate, where a window belongs. */
export interface Place {
  readonly key: string;
  /** In ms. */
  readonly start: number;
}

/** What became of a window. */
export interface Outcome {
  /** Every place where the window has stood, that where it stands now among them. */
  readonly places: readonly Place[];
  /** Whether the derived aggregate refuses it as it is now. */
  readonly refused: boolean;
}

/** An outcome as it is stored. */
export interface StoredOutcome extends Outcome {
  /** Grows by one with every write. */
  readonly version: number;
}

/** Where it is kept what became of windows, and what they contribute to panes. All reads are consistent. */
export interface DerivedStore {
  readOutcome(window: WindowRef): Promise<StoredOutcome | undefined>;
  /** Starts, in ms, of the windows of a key that have an outcome and start in [from, to]. */
  outcomeStarts(derived: DerivedAggregate, key: string, from: number, to: number): Promise<number[]>;
  /**
   * Writes an outcome if the version is still `version` (`undefined`: if there is none).
   *
   * @returns whether it was written
   */
  writeOutcome(window: WindowRef, outcome: Outcome, version: number | undefined): Promise<boolean>;
  /** Puts a window's contribution to a pane in place of what stands there, unless that has the same version or a later one. */
  putContribution(ref: PaneRef, contribution: StoredPane): Promise<void>;
  /** Whether a contribution is more than an item holds. */
  isTooLarge(ref: PaneRef, contribution: StoredPane): boolean;
}

/** What it takes to derive. */
export interface DeriveContext {
  readonly store: DerivedStore;
  readonly quarantine: Quarantine;
}
