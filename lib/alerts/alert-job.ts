import type { Alert } from '../pipeline/pipeline.ts';
import { firstWindowEnd, previousWindowEnd } from '../time/window.ts';
import type { EvaluateContext } from './evaluate.ts';
import type { Job } from './job.ts';
import { judgeKey, judgeOpen, type MergedPane } from './judge.ts';
import type { AlertStore, Timer } from './port.ts';
import type { AlertState } from './state.ts';

/** Another evaluator kept writing the same alert. */
export class AlertRaceError extends Error {
  override readonly name = 'AlertRaceError';
}

const MOST_RACES = 5;

/** The work of an alert rule: to judge each window of each key. */
export function alertJob(alert: Alert): Job {
  const { window, aggregate, delay } = alert;
  const firstEnd = (start: number): number => firstWindowEnd(window, start + aggregate.pane);
  return {
    name: alert.name,
    aggregate,
    rank: 1,
    firstDue: (start) => firstEnd(start) + delay,
    ...(alert.judge === 'early'
      ? { opens: (start) => previousWindowEnd(window, firstEnd(start)) + delay }
      : {}),
    run: (context, key, timers, watermark) => judgeAlert(context, alert, key, timers, watermark),
  };
}

async function judgeAlert(
  context: EvaluateContext,
  alert: Alert,
  key: string,
  timers: readonly Timer[],
  watermark: number,
): Promise<AlertState[]> {
  const ends = timers.map((timer) => timer.due - alert.delay);
  const due = ends[0] ?? Infinity;
  const last = ends.at(-1) ?? due;
  for (let race = 0; race < MOST_RACES; race++) {
    const prior = await context.alerts.read(alert.name, key);
    // Beyond the watermark too: whether the next window will have data decides whether a timer is needed.
    const to = Math.max(watermark, last) + alert.slide;
    const panes = await context.panes.readRange(alert.aggregate, key, due - 2 * alert.size, to);
    const transitions: AlertState[] = [];
    let next: number | undefined;
    let state = prior;
    // A gap without data ends one walk; a later timer begins another.
    for (const from of [firstUnheardOf(alert, prior, panes, due), ...ends]) {
      if (next !== undefined && from <= next) continue;
      const judged = judgeKey(alert, key, state, panes, from, watermark);
      transitions.push(...judged.transitions);
      state = judged.transitions.at(-1) ?? state;
      next = judged.next ?? next;
    }
    const open = judgeOpen(alert, key, state, panes, watermark);
    if (open !== undefined) {
      transitions.push(open);
      // Nothing else may bring the alert back to be resolved: the panes may be ahead of their timers.
      next = open.at;
    }
    if (await writeAll(context.alerts, transitions)) {
      if (next !== undefined) await context.timers.add([{ job: alert.name, key, due: next + alert.delay }]);
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
