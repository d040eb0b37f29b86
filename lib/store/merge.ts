import { mergeAccs, type Pane } from '../fold/pane.ts';
import { compareSequence } from '../fold/sequence.ts';
import type { Aggregate } from '../pipeline/pipeline.ts';
import { NO_RECORD, type Closed, type StoredPane } from './port.ts';

/** What a stored pane becomes by a batch's pane. */
export type NewPane = Omit<StoredPane, 'version'>;

/** A pane to be stored that nothing has been folded into. */
export function newPane({ measures }: Aggregate): NewPane {
  const accs = measures.map(({ measure }) => measure.empty());
  return { accs, records: 0, first: NO_RECORD, mark: NO_RECORD, closed: undefined };
}

/**
 * Tells a pane of which only a part of the records is to be added: the rest is stored already, or comes after the record
 * that closed the pane. It has to be folded again without them.
 */
export function isDivided(pane: Pane, stored: StoredPane | undefined): boolean {
  if (stored === undefined || pane.records === 0) return false;
  const { mark, closed } = stored;
  if (closed !== undefined && compareSequence(pane.last, closed.from) >= 0) return true;
  return compareSequence(mark, pane.first) >= 0 && compareSequence(mark, pane.last) < 0;
}

/**
 * Joins what a batch adds to a pane with what is stored; `undefined` if there is nothing to write. The mark decides of the
 * records that are in time:
 *
 *     stored mark   < batch's first   merge all of it
 *     stored mark  >= batch's last    all of it is there already
 *     in between                      the pane is divided
 *
 * The first record that came too late closes the pane for the lane, unless it is closed already. Whether a record is in the
 * pane or late is thereby written where its value is, in the same write: whoever judges it again by another watermark finds
 * it at or below the mark, or behind the closing record.
 *
 * The stored accumulators are used up; the batch's stay as they are, so that a lost race can be planned again.
 */
export function planMerge(pane: Pane, stored: StoredPane | undefined): NewPane | undefined {
  const closed = stored?.closed ?? closing(pane, stored?.mark);
  if (stored === undefined) {
    if (pane.records === 0 && closed === undefined) return undefined;
    const [first, mark] = pane.records > 0 ? [pane.first, pane.last] : [NO_RECORD, NO_RECORD];
    return { accs: pane.accs, records: pane.records, first, mark, closed };
  }
  if (pane.records === 0 || compareSequence(stored.mark, pane.last) >= 0) {
    return closed === stored.closed ? undefined : { ...stored, closed };
  }
  mergeAccs(pane.aggregate, stored.accs, pane.accs);
  return {
    accs: stored.accs,
    records: stored.records + pane.records,
    first: stored.records === 0 ? pane.first : stored.first,
    mark: pane.last,
    closed,
  };
}

// What is at or below the mark was judged before, when it was in time.
function closing({ late = [] }: Pane, mark = NO_RECORD): Closed | undefined {
  const from = late.find((sequence) => compareSequence(sequence, mark) > 0);
  return from === undefined ? undefined : { from, why: 'late' };
}

/** The batch's records that are not in the pane, given what closed it. */
export function leftOut({ late = [] }: Pane, closed: Closed | undefined): string[] {
  return closed === undefined ? [] : late.filter((sequence) => compareSequence(sequence, closed.from) >= 0);
}
