import type { Snapshot } from '../protocol.ts';

/** A part of the page that shows something of each snapshot. */
export interface View {
  update(snapshot: Snapshot): void;
}
