import type { Job } from '../alerts/job.ts';
import type { AlertState } from '../alerts/state.ts';
import type { Alert, Pipeline } from '../pipeline/pipeline.ts';
import { byGroup } from './by-group.ts';
import { groupJobName } from './group-job-name.ts';
import { runGroup } from './run-group.ts';

// After all alerts, whose transitions it may be about to tell of, and before the rollups, for which nobody waits.
const RANK = 2;

/** The work of the groups of a pipeline's alerts: to tell what had to wait. */
export function groupJobs(pipeline: Pipeline): Job[] {
  const newsIn = newsFinder(pipeline);
  return pipeline.alerts.map((rule) => groupJob(rule, newsIn));
}

type NewsFinder = (transitions: readonly AlertState[], rule: Alert, group: string) => readonly AlertState[];

function groupJob(rule: Alert, newsIn: NewsFinder): Job {
  const name = groupJobName(rule.name);
  return {
    name,
    aggregate: rule.aggregate,
    // No pane has the name of a job: its timers are set by its own runs.
    setBy: name,
    rank: RANK,
    firstDue: (start) => start,
    run: async (context, group, _timers, watermark, written) => {
      await runGroup(context, rule, group, newsIn(written, rule, group), watermark);
      return [];
    },
  };
}

/**
 * Finds the transitions of a group among those that have just been written. They come by the table's stream as well, but what is
 * due by now has to be told with them in mind: an alert that has resolved meanwhile does not go on firing.
 */
function newsFinder(pipeline: Pipeline): NewsFinder {
  // By the list: all groups of a run are given the same one.
  const found = new WeakMap<readonly AlertState[], ReadonlyMap<string, readonly AlertState[]>>();
  const nameOf = ({ name }: Alert, group: string): string => `${name}|${group}`;
  return (written, rule, group) => {
    let groups = found.get(written);
    if (groups === undefined) {
      groups = new Map(
        byGroup(pipeline, written).map((news) => [nameOf(news.rule, news.group), news.transitions]),
      );
      found.set(written, groups);
    }
    return groups.get(nameOf(rule, group)) ?? [];
  };
}
