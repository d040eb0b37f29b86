import type { Job } from '../alerts/job.ts';
import type { Aggregate } from '../pipeline/pipeline.ts';
import { compact } from './compact.ts';
import { dueOf, startOf, tiersOf, type Tier } from './tier.ts';

// After the alerts and what is told of them, for which somebody waits; and coarser tiers after the finer ones that they are made of.
const FIRST_RANK = 3;

/** The work of an aggregate's tiers: to make each pane of each key. */
export function rollupJobs(aggregate: Aggregate): Job[] {
  return tiersOf(aggregate).map(rollupJob);
}

function rollupJob(tier: Tier, index: number): Job {
  const { aggregate, name, finer } = tier;
  return {
    name,
    aggregate,
    setBy: finer?.name ?? aggregate.name,
    rank: FIRST_RANK + index,
    firstDue: (start) => dueOf(tier, start),
    run: async ({ rollups }, key, timers) => {
      for (const { due } of timers) {
        const pane = { tier, key, start: startOf(tier, due) };
        const outcome = await compact(rollups, pane);
        rollups.onCompacted?.(pane, outcome);
      }
      return [];
    },
  };
}
