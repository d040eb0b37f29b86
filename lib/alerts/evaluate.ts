import type { PaneName } from '../store/keys.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { DeriveContext } from '../derive/port.ts';
import type { DispatchContext } from '../dispatch/run-group.ts';
import { silencesOnce } from '../dispatch/silences-once.ts';
import type { RollupContext } from '../rollup/port.ts';
import { jobsOf, type Job } from './job.ts';
import { distinct, runDue } from './run-due.ts';
import type { RuleError } from './verdict.ts';
import type { AlertStore, PaneReader, Timer, TimerStore, Watermarks } from './port.ts';
import { transitionId, type AlertState } from './state.ts';
import type { WarmTimers } from './warm-timers.ts';

/** What it takes to judge alerts. */
export interface EvaluateContext {
  readonly pipeline: Pipeline;
  readonly panes: PaneReader;
  readonly alerts: AlertStore;
  readonly timers: TimerStore;
  readonly rollups: RollupContext;
  readonly derivations: DeriveContext;
  readonly dispatching: DispatchContext;
  /** What the execution environment knows to be set already, if it remembers. */
  readonly warm?: WarmTimers;
  /** Keys judged at once. */
  readonly concurrency: number;
  /** Whether there is time to go on with what others left due; always, unless given. */
  readonly mayGoOn?: () => boolean;
  /** Timers read at once, about; 10,000, unless given. */
  readonly slice?: number;
}

/** What an evaluation did. */
export interface Evaluated {
  /** Watermark in ms up to which windows were judged. */
  readonly watermark: number;
  /** Whether that is all that was due; if not, there was no time for the rest. */
  readonly isComplete: boolean;
  /** Alerts of a key that were judged. */
  readonly judged: number;
  readonly transitions: readonly AlertState[];
  /** Rules that threw. Their timers stay, so that their windows are judged once the rule is mended. */
  readonly ruleErrors: readonly RuleError[];
}

/**
 * Sets a timer for the first window of each pane that has none, then judges what the watermark has made due.
 *
 * A pane that is updated has its timer since it was new, unless the window has been judged since: then what came late, or
 * was repaired, has it judged again. That cannot change what was said: windows up to the latest transition are settled.
 *
 * A rule that is judged early looks at the window that is next to be over whenever one of its panes changes, and once it is
 * next: for panes that are there before, a timer says when that is. On time the window is judged anyhow.
 *
 * Every step may be repeated: timers are a set, judging is pure, a transition is written on condition of the one
 * before it, and a timer goes only after its successor stands, and only if nobody set it anew meanwhile.
 *
 * @param newPanes panes that have records for the first time
 * @param updatedPanes panes that had records before
 */
export async function evaluate(
  context: EvaluateContext,
  newPanes: Iterable<PaneName>,
  updatedPanes: Iterable<PaneName> = [],
): Promise<Evaluated> {
  const jobs = jobsOf(context.pipeline);
  const [fresh, updated] = [[...newPanes], [...updatedPanes]];
  const isWarm = (timer: Timer): boolean => context.warm?.has(timer) === true;
  const wanted = timersFor(jobs, fresh);
  const openings = timersFor(jobs, [...fresh, ...updated], ({ opens }) => opens);
  const known = wanted.filter(isWarm);
  const added = wanted.filter((timer) => !isWarm(timer));
  await setTimers(context, added);
  let { watermark, furthest } = await advance(context);
  // A timer that this environment has set, and that is not due by a watermark read after the panes were stored, need not be
  // set again. Whoever takes it away acts by a watermark at or above `due`. That is kept before, and what is kept never goes
  // back: so it was not kept when this one was read, and whoever acts by it reads the timers, and then the panes, later.
  const again = distinct([
    ...known.filter(({ due }) => due <= watermark),
    ...timersFor(jobs, updated).filter(
      (timer) => timer.due <= watermark || (timer.due <= furthest && !isWarm(timer)),
    ),
    ...openings.filter((timer) => timer.due > watermark && !isWarm(timer)),
  ]);
  await setTimers(context, again);
  // Only what was stored before the watermark was read is sure to be found by whoever reads a later one.
  if (again.some(({ due }) => due > watermark)) ({ watermark, furthest } = await advance(context));
  const own = distinct([...added, ...again]);
  // Its own timers are judged even if they are gone: another evaluator may have taken one away that stood already, after
  // it read the panes and before these were stored.
  const ownDue = [...own, ...openings].filter((timer) => timer.due <= watermark);
  const { until, judged, transitions, ruleErrors } = await runDue(
    { ...context, dispatching: silencesOnce(context.dispatching) },
    jobs,
    ownDue,
    watermark,
  );
  const isComplete = until === watermark;
  return { watermark: until, isComplete, judged, transitions: [...transitions].sort(byTime), ruleErrors };
}

/** How far event time is. Nobody acts by a watermark before it is kept, so that nobody reads an earlier one afterwards. */
async function advance({ panes }: EvaluateContext): Promise<Watermarks> {
  const read = await panes.readWatermarks();
  if (read.watermark > read.kept) await panes.keepWatermark(read.watermark);
  return read;
}

async function setTimers({ timers, warm }: EvaluateContext, added: readonly Timer[]): Promise<void> {
  await timers.add(added);
  warm?.add(added);
}

/**
 * The timers of the first work that is owed to these panes, without duplicates.
 *
 * @param when says which moment of a job's is meant, if it has such a one
 */
export function timersFor(
  jobs: readonly Job[],
  panes: Iterable<PaneName>,
  when: (job: Job) => ((start: number) => number) | undefined = ({ firstDue }) => firstDue,
): Timer[] {
  const timers: Timer[] = [];
  for (const { aggregate: name, key, start } of panes) {
    for (const job of jobs) {
      const moment = when(job);
      if (moment !== undefined && (job.setBy ?? job.aggregate.name) === name)
        timers.push({ job: job.name, key, due: moment(start) });
    }
  }
  return distinct(timers);
}

function byTime(a: AlertState, b: AlertState): number {
  if (a.at !== b.at) return a.at - b.at;
  return transitionId(a) < transitionId(b) ? -1 : 1;
}
