import type { Job } from '../alerts/job.ts';
import type { AlertState } from '../alerts/state.ts';
import type { Alert, Pipeline } from '../pipeline/pipeline.ts';
import { byGroup } from './by-group.ts';
import { groupJobName } from './group-job-name.ts';
import { runGroup } from './run-group.ts';
import { readUnheard } from './unheard.ts';

// After all alerts, whose transitions it may be about to tell of, and before the rollups, for which nobody waits.
const RANK = 2;
const LOST = 86_400_000;

/** The work of the groups of a pipeline's alerts: to tell what had to wait. */
export function groupJobs(pipeline: Pipeline): Job[] {
  const isAmong = groupFinder(pipeline);
  return pipeline.alerts.map((rule) => groupJob(rule, isAmong));
}

type GroupFinder = (written: readonly AlertState[], rule: Alert, group: string) => boolean;

/**
 * A group that has not heard of all its alerts' transitions is left alone: who brings them runs it up to the same watermark, in the
 * order in which all happened. What nobody has brought for a day is taken from where it is kept, so that one that was lost does not
 * keep a group silent.
 */
function groupJob(rule: Alert, isAmong: GroupFinder): Job {
  const name = groupJobName(rule.name);
  return {
    name,
    aggregate: rule.aggregate,
    // No pane has the name of a job: its timers are set by its own runs.
    setBy: name,
    rank: RANK,
    firstDue: (start) => start,
    run: async (context, group, _timers, watermark, written) => {
      if (isAmong(written, rule, group)) return [];
      const unheard = await readUnheard(context, rule, group);
      const lost = unheard.filter(({ at }) => at + rule.delay <= watermark - LOST);
      if (lost.length === unheard.length) await runGroup(context, rule, group, lost, watermark);
      return [];
    },
  };
}

/** Tells groups that transitions have just been written of. */
function groupFinder(pipeline: Pipeline): GroupFinder {
  // By the list: all groups of a run are given the same one.
  const found = new WeakMap<readonly AlertState[], ReadonlySet<string>>();
  const nameOf = ({ name }: Alert, group: string): string => `${name}|${group}`;
  return (written, rule, group) => {
    let groups = found.get(written);
    if (groups === undefined) {
      groups = new Set(byGroup(pipeline, written).map((news) => nameOf(news.rule, news.group)));
      found.set(written, groups);
    }
    return groups.has(nameOf(rule, group));
  };
}
