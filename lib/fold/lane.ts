/** How far a lane has been folded, and what its watermark follows. */
export interface LaneProgress {
  /** Sequence number of the last record that is dealt with: in every pane, late or quarantined. */
  readonly mark: string;
  /** Greatest event time up to that record, in ms; minus infinity if no record had one. */
  readonly maxEventTime: number;
  /** Whether nothing that was new is an event for the pipeline: its time goes on without the lane then. */
  readonly isIdle?: true;
}
