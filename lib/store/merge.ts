import { mergeAccs, type Pane } from '../fold/pane.ts';
import { compareSequence } from '../fold/sequence.ts';
import type { StoredPane } from './port.ts';

/** What a stored pane becomes by a batch's pane: nothing to do, a new value, or `refold` if it holds part of the batch. */
export type MergePlan = 'nothing' | 'refold' | Omit<StoredPane, 'version'>;

/**
 * Joins what a batch adds to a pane with what is stored. The mark decides:
 *
 *     stored mark   < batch's first   merge all of it
 *     stored mark  >= batch's last    all of it is there already
 *     in between                      part of it is there: fold the rest alone
 *
 * The stored accumulators are used up; the batch's stay as they are, so that a lost race can be planned again.
 */
export function planMerge(pane: Pane, stored: StoredPane | undefined): MergePlan {
  if (stored === undefined) {
    return { accs: pane.accs, records: pane.records, first: pane.first, mark: pane.last };
  }
  if (compareSequence(stored.mark, pane.last) >= 0) return 'nothing';
  if (compareSequence(stored.mark, pane.first) >= 0) return 'refold';
  mergeAccs(pane.aggregate, stored.accs, pane.accs);
  return { accs: stored.accs, records: stored.records + pane.records, first: stored.first, mark: pane.last };
}
