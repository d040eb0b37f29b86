import type { Aggregate } from '../pipeline/pipeline.ts';
import { tiersOf, type Tier } from '../rollup/tier.ts';

/** A stretch of event time: from inclusive, to exclusive, in ms. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The tiers whose panes lie within panes of a resolution (ms), coarsest first: what a query may read instead of panes. */
export function tiersWithin(aggregate: Aggregate, resolution: number): Tier[] {
  return tiersOf(aggregate)
    .filter(({ pane }) => resolution % pane === 0)
    .reverse();
}

/**
 * What of some ranges no pane covers.
 *
 * @param ranges in order, apart from each other
 * @param starts of panes within the ranges, in order
 * @param pane their length in ms
 * @example uncovered([{ from: 0, to: 5 }], [1, 2], 1) // [{ from: 0, to: 1 }, { from: 3, to: 5 }]
 */
export function uncovered(ranges: readonly Range[], starts: readonly number[], pane: number): Range[] {
  const gaps: Range[] = [];
  let next = 0;
  for (const { from, to } of ranges) {
    let at = from;
    for (let start = starts[next]; start !== undefined && start < to; start = starts[++next]) {
      if (start > at) gaps.push({ from: at, to: start });
      at = start + pane;
    }
    if (at < to) gaps.push({ from: at, to });
  }
  return gaps;
}

/**
 * The last of some ranges: as many as are read in one go, with what lies between them.
 *
 * @param ranges in order; at least one
 * @param most how much may lie between them, all together, in ms
 */
export function lastTogether(ranges: readonly Range[], most: number): Range[] {
  let first = ranges.length - 1;
  let between = 0;
  for (; first > 0; first--) {
    between += (ranges[first]?.from ?? 0) - (ranges[first - 1]?.to ?? 0);
    if (between > most) break;
  }
  return ranges.slice(first);
}

/** Of panes in order, those that start within ranges in order. */
export function panesWithin<Pane extends { readonly start: number }>(
  panes: readonly Pane[],
  ranges: readonly Range[],
): Pane[] {
  let at = 0;
  return panes.filter(({ start }) => {
    while ((ranges[at]?.to ?? Infinity) <= start) at++;
    return (ranges[at]?.from ?? Infinity) <= start;
  });
}
