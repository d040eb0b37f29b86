import type { MergedPane } from '../alerts/evidence.ts';
import type { Aggregate } from '../pipeline/pipeline.ts';
import { paneStart } from '../time/window.ts';
import { mergeAccs } from './pane.ts';

/**
 * Merges panes into panes of a coarser resolution. The ones given stay as they are.
 *
 * @param panes sorted by start
 * @param resolution in ms, a multiple of the aggregate's pane
 */
export function coarsen(aggregate: Aggregate, panes: Iterable<MergedPane>, resolution: number): MergedPane[] {
  const coarse: { start: number; accs: unknown[] }[] = [];
  for (const pane of panes) {
    const start = paneStart(pane.start, resolution);
    let last = coarse.at(-1);
    if (last?.start !== start) {
      last = { start, accs: aggregate.measures.map(({ measure }) => measure.empty()) };
      coarse.push(last);
    }
    mergeAccs(aggregate, last.accs, pane.accs);
  }
  return coarse;
}
