import { mergeAccs } from '../fold/pane.ts';
import type { Aggregate } from '../pipeline/pipeline.ts';
import type { AlertMemory } from './state.ts';

/** All lanes' data of one key over one pane. */
export interface MergedPane {
  /** Start in ms. */
  readonly start: number;
  readonly accs: readonly unknown[];
}

/** What a rule's conditions see beside the windows that they judge. */
export interface Beside {
  /** Panes of the rule's other aggregates, each sorted by start. */
  readonly others: readonly (readonly MergedPane[])[];
  /** Panes of the rule's own aggregate around the windows that it compares with, by how long before, each sorted by start. */
  readonly before: readonly (readonly MergedPane[])[];
  readonly memory: AlertMemory | undefined;
}

export const NOTHING_BESIDE: Beside = { others: [], before: [], memory: undefined };

/** All that starts in [start, end) as one; `undefined` if nothing does. @param panes sorted by start */
export function mergeWindow(
  aggregate: Aggregate,
  panes: readonly MergedPane[],
  start: number,
  end: number,
): unknown[] | undefined {
  let merged: unknown[] | undefined;
  for (let i = firstFrom(panes, start); i < panes.length; i++) {
    const pane = panes[i];
    if (pane === undefined || pane.start >= end) break;
    merged ??= aggregate.measures.map(({ measure }) => measure.empty());
    mergeAccs(aggregate, merged, pane.accs);
  }
  return merged;
}

/** Whether anything starts in [start, end). @param panes sorted by start */
export function hasPane(panes: readonly MergedPane[], start: number, end: number): boolean {
  return (panes[firstFrom(panes, start)]?.start ?? Infinity) < end;
}

/** Where the first pane is that starts at or after `start`. @param panes sorted by start */
export function firstFrom(panes: readonly MergedPane[], start: number): number {
  let [low, high] = [0, panes.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((panes[middle]?.start ?? Infinity) < start) low = middle + 1;
    else high = middle;
  }
  return low;
}
