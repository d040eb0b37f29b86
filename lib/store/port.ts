import type { LaneProgress } from '../fold/lane.ts';
import type { Aggregate } from '../pipeline/pipeline.ts';

/** Why a pane takes no further records of its lane: they came too late, or its item has no room left for them. */
export type Closing = 'late' | 'full';

/** From which record of the lane on a pane takes no more. Once it is written it stays. */
export interface Closed {
  /** Sequence number: this record of the lane and all that follow it are not in the pane. */
  readonly from: string;
  readonly why: Closing;
}

/** Stands for the first and last record of a pane that has none. It sorts before every sequence number. */
export const NO_RECORD = '0';

/** A lane's pane as it is stored. */
export interface StoredPane {
  readonly accs: unknown[];
  /** Records folded in. */
  readonly records: number;
  /** Sequence numbers of the first and last record folded in; {@link NO_RECORD} if there is none. */
  readonly first: string;
  readonly mark: string;
  readonly closed: Closed | undefined;
  /** Grows by one with every write; a write is on condition that it has not moved. */
  readonly version: number;
}

/** Names a lane's pane. */
export interface PaneRef {
  readonly aggregate: Aggregate;
  readonly key: string;
  readonly start: number;
  readonly lane: string;
}

/** A lane's progress as it is stored. */
export interface StoredLane extends LaneProgress {
  readonly lane: string;
  readonly version: number;
  /** When it was last written for an event of the pipeline, in ms. */
  readonly at: number;
}

/** A conditional write that was made, or what stands there instead, or that it is more than an item can hold. */
export type PutOutcome =
  | { readonly written: true }
  | { readonly written: false; readonly found: StoredPane | undefined }
  | { readonly written: false; readonly tooLarge: true };

/** Where panes and lanes live. Every write is on condition that the version read has not moved. */
export interface PaneStore {
  readLane(lane: string): Promise<StoredLane | undefined>;
  /**
   * @param at when the lane last had an event of the pipeline, in ms; now, unless given
   * @returns whether it was written; `false` if another invocation was faster
   */
  writeLane(lane: string, progress: LaneProgress, version: number | undefined, at?: number): Promise<boolean>;
  /** The panes in the order of the refs; `undefined` for those that are not there. */
  readPanes(refs: readonly PaneRef[]): Promise<(StoredPane | undefined)[]>;
  /** Writes `pane` if the item's version is still `version` (`undefined`: if there is no item). */
  putPane(ref: PaneRef, pane: Omit<StoredPane, 'version'>, version: number | undefined): Promise<PutOutcome>;
}
