import { finalAfter, type Aggregate } from '../pipeline/pipeline.ts';
import { formatDuration } from '../time/duration.ts';
import { paneStart } from '../time/window.ts';

/** One coarser tier of an aggregate. Lengths of time are milliseconds. */
export interface Tier {
  readonly aggregate: Aggregate;
  /** Names its panes in keys, and the work on them: `departures@1h`. No aggregate or alert can be called so. */
  readonly name: string;
  readonly pane: number;
  readonly retain: number;
  /** The next finer one, which it is made from; `undefined` if that is the aggregate's own panes. */
  readonly finer: Tier | undefined;
}

/** The tiers of an aggregate, finest first. @example tiersOf(departures).map(({ name }) => name) // ['departures@1h'] */
export function tiersOf(aggregate: Aggregate): Tier[] {
  const tiers: Tier[] = [];
  for (const { pane, retain } of aggregate.rollups) {
    const name = `${aggregate.name}@${formatDuration(pane)}`;
    tiers.push({ aggregate, name, pane, retain, finer: tiers.at(-1) });
  }
  return tiers;
}

/** When a tier's pane is due to be made that holds `time`: once nothing of it can be in time any more. All in ms. */
export function dueOf({ aggregate, pane }: Tier, time: number): number {
  return paneStart(time, pane) + pane + finalAfter(aggregate);
}

/** Start of the pane that was due at `due`: the inverse of {@link dueOf}. */
export function startOf({ aggregate, pane }: Tier, due: number): number {
  // Down to a pane's start, as it may have been due by another lateness than the pipeline has now.
  return paneStart(due - finalAfter(aggregate) - pane, pane);
}
