import { concurrently } from '../store/concurrently.ts';
import type { PaneName } from '../store/keys.ts';
import { aggregateNamed, alertNamed, alertsOn, type Alert, type Pipeline } from '../pipeline/pipeline.ts';
import { firstWindowEnd } from '../time/window.ts';
import { judgeKey, RuleError, type MergedPane } from './judge.ts';
import type { AlertStore, PaneReader, Timer, TimerStore } from './port.ts';
import { transitionId, type AlertState } from './state.ts';

/** What it takes to judge alerts. */
export interface EvaluateContext {
  readonly pipeline: Pipeline;
  readonly panes: PaneReader;
  readonly alerts: AlertStore;
  readonly timers: TimerStore;
  /** Keys judged at once. */
  readonly concurrency: number;
}

/** What an evaluation did. */
export interface Evaluated {
  /** Watermark in ms up to which windows were judged. */
  readonly watermark: number;
  readonly judged: number;
  readonly transitions: readonly AlertState[];
  /** Rules that threw. Their timers stay, so that their windows are judged once the rule is mended. */
  readonly ruleErrors: readonly RuleError[];
}

/** Another evaluator kept writing the same alert. */
export class AlertRaceError extends Error {
  override readonly name = 'AlertRaceError';
}

const MOST_RACES = 5;

/**
 * Sets a timer for the first window of each pane that has none, then judges what the watermark has made due.
 *
 * A pane that is updated has its timer since it was new, unless the window has been judged since: then what came late, or
 * was repaired, has it judged again. That cannot change what was said: windows up to the latest transition are settled.
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
  const added = timersFor(context.pipeline, newPanes);
  await context.timers.add(added);
  let { watermark, furthest } = await context.panes.readWatermarks();
  const again = timersFor(context.pipeline, updatedPanes).filter(({ due }) => due <= furthest);
  await context.timers.add(again);
  // Only what was stored before the watermark was read is sure to be found by whoever reads a later one.
  if (again.some(({ due }) => due > watermark))
    ({ watermark, furthest } = await context.panes.readWatermarks());
  const own = distinct([...added, ...again]);
  // Its own timers are judged even if they are gone: another evaluator may have taken one away that stood already, after
  // it read the panes and before these were stored.
  const ownDue = own.filter((timer) => timer.due <= watermark);
  const due = byAlertAndKey(distinct([...ownDue, ...(await context.timers.due(watermark))]));
  const transitions: AlertState[] = [];
  const errors: unknown[] = [];
  const ruleErrors: RuleError[] = [];
  await concurrently(due, context.concurrency, async (timers) => {
    try {
      transitions.push(...(await judgeTimers(context, timers, watermark)));
    } catch (error) {
      // A rule that throws for one key must not hold up all others: no retry will mend it.
      if (error instanceof RuleError) ruleErrors.push(error);
      else errors.push(error);
    }
  });
  if (errors.length > 0) throw errors[0];
  return { watermark, judged: due.length, transitions: transitions.sort(byTime), ruleErrors };
}

/** The timers of the first windows that hold these panes, without duplicates. */
export function timersFor(pipeline: Pipeline, panes: Iterable<PaneName>): Timer[] {
  const timers: Timer[] = [];
  for (const { aggregate: name, key, start } of panes) {
    const aggregate = aggregateNamed(pipeline, name);
    if (aggregate === undefined) continue;
    for (const alert of alertsOn(pipeline, aggregate)) {
      timers.push({ alert: alert.name, key, due: firstWindowEnd(alert.window, start + aggregate.pane) });
    }
  }
  return distinct(timers);
}

function distinct(timers: readonly Timer[]): Timer[] {
  const byName = new Map(timers.map((timer) => [`${timer.alert}|${timer.due}|${timer.key}`, timer]));
  return [...byName.values()];
}

/** Timers of one alert and key together, as one judgement walks through all their windows. */
function byAlertAndKey(timers: readonly Timer[]): Timer[][] {
  const groups = new Map<string, Timer[]>();
  for (const timer of timers) {
    const name = `${timer.alert}|${timer.key}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [timer]);
    else group.push(timer);
  }
  return [...groups.values()].map((group) => group.sort((a, b) => a.due - b.due));
}

async function judgeTimers(
  context: EvaluateContext,
  timers: readonly Timer[],
  watermark: number,
): Promise<AlertState[]> {
  const [first] = timers;
  if (first === undefined) return [];
  const alert = alertNamed(context.pipeline, first.alert);
  const transitions = alert === undefined ? [] : await judgeAlert(context, alert, first, watermark, timers);
  // Timers of an alert that is no longer in the pipeline are cleared away. One's own that were not read back have been removed
  // by another evaluator, and what stands in their place was set by a third.
  await context.timers.remove(timers.filter(({ token }) => token !== undefined));
  return transitions;
}

async function judgeAlert(
  context: EvaluateContext,
  alert: Alert,
  { key, due }: Timer,
  watermark: number,
  timers: readonly Timer[],
): Promise<AlertState[]> {
  const last = timers.at(-1)?.due ?? due;
  for (let race = 0; race < MOST_RACES; race++) {
    const prior = await context.alerts.read(alert.name, key);
    // Beyond the watermark too: whether the next window will have data decides whether a timer is needed.
    const to = Math.max(watermark, last) + alert.slide;
    const panes = await context.panes.readRange(alert.aggregate, key, due - 2 * alert.size, to);
    const transitions: AlertState[] = [];
    let next: number | undefined;
    let state = prior;
    // A gap without data ends one walk; a later timer begins another.
    for (const from of [firstUnheardOf(alert, prior, panes, due), ...timers.map((timer) => timer.due)]) {
      if (next !== undefined && from <= next) continue;
      const judged = judgeKey(alert, key, state, panes, from, watermark);
      transitions.push(...judged.transitions);
      state = judged.transitions.at(-1) ?? state;
      next = judged.next ?? next;
    }
    if (await writeAll(context.alerts, transitions)) {
      if (next !== undefined) await context.timers.add([{ alert: alert.name, key, due: next }]);
      return transitions;
    }
  }
  throw new AlertRaceError(
    `alert ${alert.name} of ${key} was written by others ${MOST_RACES} times meanwhile`,
  );
}

/**
 * The first window to judge, at most a window's length before the first timer. Tables are ahead of their streams: a pane that
 * is there may have no timer yet, and its window has to be judged before those after it. One that was judged already gives
 * nothing new.
 */
function firstUnheardOf(
  { aggregate, size, window }: Alert,
  prior: AlertState | undefined,
  panes: readonly MergedPane[],
  due: number,
): number {
  const since = Math.max(due - size, (prior?.at ?? -Infinity) + 1);
  const pane = panes.find(({ start }) => start + aggregate.pane >= since);
  return pane === undefined ? due : Math.min(due, firstWindowEnd(window, pane.start + aggregate.pane));
}

async function writeAll(alerts: AlertStore, transitions: readonly AlertState[]): Promise<boolean> {
  for (const transition of transitions) {
    if (!(await alerts.write(transition))) return false;
  }
  return true;
}

function byTime(a: AlertState, b: AlertState): number {
  if (a.at !== b.at) return a.at - b.at;
  return transitionId(a) < transitionId(b) ? -1 : 1;
}
