import { groupBy } from '../collect/group-by.ts';
import { alertNamed } from '../pipeline/pipeline.ts';
import { concurrently } from '../store/concurrently.ts';
import type { EvaluateContext } from './evaluate.ts';
import type { Job } from './job.ts';
import type { Timer } from './port.ts';
import type { AlertState } from './state.ts';
import { RuleError } from './verdict.ts';
import { timerName } from './warm-timers.ts';

// Timers read at once. Fewer would judge a key whose timers come in several slices more often, and each time read its alert.
const SLICE = 10_000;
// Timers of a job that is no longer in the pipeline are cleared away, but not at once: while a pipeline is deployed, what runs the
// one before does not know its new jobs.
const STRANGERS_KEPT = 300_000;

/** What was done of what was due. */
export interface DueDone {
  /** Up to when all of it was, but for what threw; in ms of event time. */
  readonly until: number;
  /** Alerts of a key that were judged. */
  readonly judged: number;
  readonly transitions: readonly AlertState[];
  readonly ruleErrors: readonly RuleError[];
}

/**
 * Runs what is due by a watermark, in slices of event time: each is done as if the watermark were no further than its last
 * moment, and before the next one is read. So a backlog is worked off in the order in which it would have been without one, and
 * is never in memory as a whole. Who runs out of time leaves the rest to the next one: timers go when their work is done.
 *
 * What throws keeps its timers, and is not tried again before the next run.
 *
 * @param own timers that are run even if they are not found
 * @param watermark in ms; it has been kept
 * @throws what a job rejects with, unless it is a {@link RuleError}
 */
export async function runDue(
  context: EvaluateContext,
  jobs: readonly Job[],
  own: readonly Timer[],
  watermark: number,
): Promise<DueDone> {
  const { timers, mayGoOn = () => true, slice: most = SLICE } = context;
  const transitions: AlertState[] = [];
  const ruleErrors: RuleError[] = [];
  let judged = 0;
  let until = -Infinity;
  // Whoever set its own timers reports success only when they have been run.
  while (until < watermark && (until === -Infinity || mayGoOn() || own.some(({ due }) => due > until))) {
    const after = until;
    const stored = await timers.due(watermark, { after, most });
    until = stored.length < most ? watermark : (stored.at(-1)?.due ?? watermark);
    const mine = own.filter(({ due }) => due > after && due <= until);
    const groups = byJobAndKey(distinct([...mine, ...stored]));
    const done = await runSlice(context, jobs, groups, until);
    transitions.push(...done.transitions);
    ruleErrors.push(...done.ruleErrors);
    judged += done.judged;
  }
  return { until, judged, transitions, ruleErrors };
}

async function runSlice(
  context: EvaluateContext,
  jobs: readonly Job[],
  due: readonly (readonly Timer[])[],
  watermark: number,
): Promise<Pick<DueDone, 'judged' | 'transitions' | 'ruleErrors'>> {
  const transitions: AlertState[] = [];
  const errors: unknown[] = [];
  const ruleErrors: RuleError[] = [];
  let judged = 0;
  for (const rank of due.length === 0 ? [] : ranksOf(jobs)) {
    const groups = await groupsOf(context, jobs, rank, due, watermark);
    judged += groups.filter(({ job }) => isAlert(context, job)).length;
    const written = [...transitions];
    await concurrently(groups, context.concurrency, async ({ job, timers }) => {
      try {
        transitions.push(...(await runTimers(context, job, timers, watermark, written)));
      } catch (error) {
        // A rule that throws for one key must not hold up all others: no retry will mend it.
        if (error instanceof RuleError) ruleErrors.push(error);
        else errors.push(error);
      }
    });
    if (errors.length > 0) throw errors[0];
  }
  return { judged, transitions, ruleErrors };
}

function isAlert({ pipeline }: EvaluateContext, job: Job | undefined): boolean {
  return job !== undefined && alertNamed(pipeline, job.name) !== undefined;
}

/** Each timer once: of several settings of one, the last. */
export function distinct(timers: readonly Timer[]): Timer[] {
  const byName = new Map(timers.map((timer) => [timerName(timer), timer]));
  return [...byName.values()];
}

/** Timers of one job and key together, as one run does all their work. */
function byJobAndKey(timers: readonly Timer[]): Timer[][] {
  const groups = groupBy(timers, ({ job, key }) => `${job}|${key}`);
  return [...groups.values()].map((group) => group.sort((a, b) => a.due - b.due));
}

interface Group {
  /** `undefined` for timers of a job that is no longer in the pipeline. */
  readonly job: Job | undefined;
  readonly timers: readonly Timer[];
}

// Timers of a job that is no longer in the pipeline.
const NO_JOB_RANK = 0;

function ranksOf(jobs: readonly Job[]): number[] {
  return [...new Set([NO_JOB_RANK, ...jobs.map(({ rank }) => rank)])].sort((a, b) => a - b);
}

/** What is due of the jobs of a rank. */
async function groupsOf(
  { timers }: EvaluateContext,
  jobs: readonly Job[],
  rank: number,
  due: readonly (readonly Timer[])[],
  watermark: number,
): Promise<Group[]> {
  // What lower ranks did may have made more due.
  const follows = jobs.some((job) => job.rank === rank && job.follows === true);
  const all = follows ? byJobAndKey(await timers.due(watermark)) : due;
  const named = new Map(jobs.map((job) => [job.name, job]));
  return all.flatMap((group) => {
    const job = named.get(group[0]?.job ?? '');
    return (job?.rank ?? NO_JOB_RANK) === rank ? [{ job, timers: group }] : [];
  });
}

async function runTimers(
  context: EvaluateContext,
  job: Job | undefined,
  timers: readonly Timer[],
  watermark: number,
  written: readonly AlertState[],
): Promise<readonly AlertState[]> {
  const transitions = await job?.run(context, timers[0]?.key ?? '', timers, watermark, written);
  const done = timers.filter(({ due }) => job !== undefined || due <= watermark - STRANGERS_KEPT);
  // One's own that were not read back have been removed by another evaluator, and what stands in their place was set by a third.
  await context.timers.remove(done.filter(({ token }) => token !== undefined));
  return transitions ?? [];
}
