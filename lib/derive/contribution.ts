import { PaneMap } from '../fold/pane-map.ts';
import type { Pane } from '../fold/pane.ts';
import type { Rejection } from '../quarantine/rejection.ts';
import { newPane } from '../store/merge.ts';
import { NO_RECORD, type PaneRef, type StoredPane } from '../store/port.ts';
import { isoTime } from '../time/event-time.ts';
import type { Place, WindowRef } from './port.ts';
import { WindowFold, type DerivedAggregate, type KeyWindow } from './window-fold.ts';

/** What a window adds to a derived aggregate, as a pane of its own; or why that refuses it. */
export function contributionOf(derived: DerivedAggregate, window: KeyWindow): Pane | Rejection {
  const panes = new PaneMap(derived);
  const rejection = new WindowFold(derived, panes).add(window, NO_RECORD);
  if (rejection !== undefined) return rejection;
  const [pane] = panes;
  if (pane === undefined) throw new Error(`a window was folded into no pane of ${derived.name}`);
  return pane;
}

/**
 * Where a window's contribution stands: among the lanes of a pane. A key takes up to 900 bytes and the two times 24 each, so
 * that the sort key's 1,024 are enough.
 */
export function contributionRef(window: WindowRef, { key, start }: Place): PaneRef {
  // No stream is called so: this is the lane of one window alone.
  return { aggregate: window.derived, key, start, lane: `~${isoTime(window.start)}|${window.key}` };
}

/** A contribution as it is stored; without a pane it holds nothing, and stands where the window was before. */
export function storedContribution(
  { derived }: WindowRef,
  pane: Pane | undefined,
  version: number,
): StoredPane {
  const empty = newPane(derived);
  return pane === undefined ? { ...empty, version } : { ...empty, accs: pane.accs, records: 1, version };
}
