import type { Alert } from '../pipeline/pipeline.ts';
import { firstWindowEnd, lastWindowEnd, previousWindowEnd } from '../time/window.ts';
import type { EvaluateContext } from './evaluate.ts';
import type { Job } from './job.ts';
import { firstFrom, type MergedPane } from './evidence.ts';
import { judgeKey, judgeOpen, lookBackOf, unheardOf } from './judge.ts';
import type { Timer } from './port.ts';
import { readBeside } from './read-beside.ts';
import type { AlertRecord, AlertState } from './state.ts';
import { writeJudgement } from './write-judgement.ts';

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

function judgeAlert(
  context: EvaluateContext,
  alert: Alert,
  key: string,
  timers: readonly Timer[],
  watermark: number,
): Promise<readonly AlertState[]> {
  const ends = timers.map((timer) => timer.due - alert.delay);
  // A rule that had other windows may have set it: one that was judged already gives nothing new.
  const due = lastWindowEnd(alert.window, ends[0] ?? Infinity);
  const last = ends.at(-1) ?? due;
  return writeJudgement(context, alert, key, due, async (kept) => {
    const prior = kept?.state;
    // Beyond the watermark too: whether the next window will have data decides whether a timer is needed.
    const to = Math.max(watermark, last) + alert.slide;
    // What watches for anomalies misses no window since the last one that it saw.
    const seenTo = alert.anomaly === undefined ? undefined : kept?.memory?.judgedTo;
    const from = Math.min(due - unheardOf(alert) - lookBackOf(alert), (seenTo ?? Infinity) - alert.size);
    const [panes, beside] = await Promise.all([
      context.panes.readRange(alert.aggregate, key, from, to),
      readBeside(context.panes, alert, key, { from, to, memory: kept?.memory }),
    ]);
    const first = firstUnheardOf(alert, prior, panes, due);
    const judged = judgeKey(alert, key, prior, panes, first, watermark, beside, knownSince(kept));
    const { transitions } = judged;
    const state = transitions.at(-1) ?? prior;
    const open = judgeOpen(alert, key, state, panes, watermark, beside);
    // Nothing else may bring the alert back to be resolved: the panes may be ahead of their timers.
    return open === undefined ? judged : { ...judged, transitions: [...transitions, open], next: open.at };
  });
}

/**
 * The first window to judge. Tables are ahead of their streams: a pane that is there may have no timer yet, and its window has
 * to be judged before those after it that see it too. One that was judged already gives nothing new.
 */
function firstUnheardOf(
  alert: Alert,
  prior: AlertState | undefined,
  panes: readonly MergedPane[],
  due: number,
): number {
  const { aggregate, window } = alert;
  const since = Math.max(due - unheardOf(alert), (prior?.at ?? -Infinity) + 1);
  const pane = panes[firstFrom(panes, since - aggregate.pane)];
  return pane === undefined ? due : Math.min(due, firstWindowEnd(window, pane.start + aggregate.pane));
}

/** End of a window by which a key is known to have had data, in ms: it would not have had a transition. */
function knownSince(kept: AlertRecord | undefined): number {
  const { state, turns } = kept ?? {};
  if (state === undefined) return Infinity;
  // The first ones may be forgotten.
  return state.version > (turns?.length ?? 0) ? -Infinity : (turns?.[0]?.at ?? state.at);
}
