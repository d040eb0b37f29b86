import type { Judging } from '../pipeline/alert-definition.ts';
import { lookBackWindows, type Alert } from '../pipeline/pipeline.ts';
import { firstWindowEnd, nextWindowEnd, previousWindowEnd, windowStart } from '../time/window.ts';
import { firstFrom, hasPane, mergeWindow, NOTHING_BESIDE, type Beside, type MergedPane } from './evidence.ts';
import { AnomalyWatch } from './anomaly-watch.ts';
import { groupOf } from './group-of.ts';
import { Levels, windowsBefore } from './levels.ts';
import { step, type Change } from './life-cycle.ts';
import { isFiring, type AlertMemory, type AlertState } from './state.ts';
import { clears, see, shownOf, verdictOf, type Seen, type Verdict } from './verdict.ts';

/** What came of judging a key up to the watermark. */
export interface Judgement {
  /** Transitions in order of event time; each one's version is one above the one before. */
  readonly transitions: readonly AlertState[];
  /** End of the next window to judge, in ms; `undefined` if none is due until more data come. */
  readonly next: number | undefined;
  /** What is to be remembered, if the rule needs that. */
  readonly memory?: AlertMemory;
  /** What of that is of the windows up to each of the transitions. */
  readonly memories?: readonly AlertMemory[];
}

/**
 * Judges one alert for one key: every window from the one that ends at `due` to the last whose end, with the alert's delay,
 * is at or before the watermark, in order. Pure: the same panes and the same state give the same transitions, whoever asks and
 * however often.
 *
 * Windows at or before the state's own have been judged and are passed over. So are those without data that cannot change
 * anything. A rule that watches for anomalies has judged all windows up to where its memory ends, and goes on there.
 *
 * @param panes sorted by start, without gaps in knowledge from {@link lookBackOf} before `due` on
 * @param knownSince end of a window, in ms, by which the key had data: no window from there on is one before its first data
 * @throws {RuleError} if a function of the rule, or of a measure, throws
 */
export function judgeKey(
  alert: Alert,
  key: string,
  prior: AlertState | undefined,
  panes: readonly MergedPane[],
  due: number,
  watermark: number,
  beside: Beside = NOTHING_BESIDE,
  knownSince = prior?.at ?? Infinity,
): Judgement {
  const transitions: AlertState[] = [];
  const memories: AlertMemory[] = [];
  const watch = alert.anomaly && new AnomalyWatch(alert, alert.anomaly, beside.memory);
  let levels = watch?.levels ?? levelsBefore(alert, key, panes, due, beside, knownSince);
  let state = prior;
  let end = watch?.firstEnd(due) ?? due;
  for (;;) {
    const hasData = hasPane(panes, windowStart(alert.window, end), end);
    if (!hasData && !goesOnInSilence(alert, state, levels)) {
      // What goes on beyond the watermark has a timer of its own.
      const resumed = firstEndAfter(alert, panes, end);
      if (resumed === undefined || resumed + alert.delay > watermark) {
        return judgement(transitions, undefined, watch, memories);
      }
      watch?.skipTo(resumed);
      levels = watch?.levels ?? levelsBefore(alert, key, panes, resumed, beside, knownSince);
      end = resumed;
    }
    if (end + alert.delay > watermark) return judgement(transitions, end, watch, memories);
    const isNews = state === undefined || end > state.at;
    if (isNews || watch !== undefined || lookBackWindows(alert) > 0) {
      const seen = seeWindow(alert, key, panes, end, beside);
      const verdict = watch?.judge(seen, state) ?? verdictOf(alert, seen);
      if (watch === undefined) levels.add(verdict.hasData ? verdict.level : undefined);
      const next = isNews ? transition(alert, key, state, verdict, levels) : undefined;
      if (next !== undefined) {
        transitions.push(next);
        const memory = watch?.memory();
        if (memory !== undefined) memories.push(memory);
        state = next;
      }
    }
    end = nextWindowEnd(alert.window, end);
  }
}

function judgement(
  transitions: readonly AlertState[],
  next: number | undefined,
  watch: AnomalyWatch | undefined,
  memories: readonly AlertMemory[],
): Judgement {
  const memory = watch?.memory();
  return memory === undefined ? { transitions, next } : { transitions, next, memory, memories };
}

/**
 * Judges the window of a key that is next to be over, by what it holds so far, if the rule is to be judged early. It can make
 * an alert fire and not resolve it: what the window does not hold yet may still come.
 *
 * One that ends later is left alone until then. Windows before a transition's are settled, and one that is not over may still
 * get what came out of order: a rule that becomes only truer as data come fires for the very windows that it would fire for
 * on time, whatever batches they came in.
 *
 * @param prior the state after {@link judgeKey} has judged all windows that are over
 * @param panes sorted by start, without gaps in knowledge over that window
 * @throws {RuleError} if a function of the rule, or of a measure, throws
 */
export function judgeOpen(
  alert: Alert,
  key: string,
  prior: AlertState | undefined,
  panes: readonly MergedPane[],
  watermark: number,
  beside: Beside = NOTHING_BESIDE,
): AlertState | undefined {
  const isSettled = prior?.status === 'firing' && alert.levels.length === 1;
  if (alert.judge !== 'early' || isSettled || watermark === -Infinity) return undefined;
  const end = firstWindowEnd(alert.window, watermark - alert.delay + 1);
  if (prior !== undefined && end <= prior.at) return undefined;
  const start = windowStart(alert.window, end);
  // What has come so far may reach beyond the window.
  if (!hasPane(panes, start, Infinity)) return undefined;
  const verdict = judgeWindow(alert, key, panes, end, beside);
  if (verdict.level === 0) return undefined;
  return change(alert, key, prior, verdict, 'early', {
    end,
    level: verdict.level,
    isClear: () => false,
    lasting: () => verdict.level,
  });
}

/**
 * Judges one alert for one key by a stretch of time that stands for itself, such as a session.
 *
 * @throws {RuleError} if a function of the rule, or of a measure, throws
 */
export function judgeAlone(
  alert: Alert,
  key: string,
  state: AlertState | undefined,
  accs: readonly unknown[],
  place: { readonly start: number; readonly end: number },
): AlertState | undefined {
  const verdict = verdictOf(alert, see(alert, key, accs, place, NOTHING_BESIDE));
  return change(alert, key, state, verdict, overAs(alert), {
    end: place.end,
    level: verdict.level,
    isClear: () => clears(alert, verdict) ?? verdict.level === 0,
    lasting: () => verdict.level,
  });
}

/** How long before the first timer windows may be judged that none is known of, in ms. */
export function unheardOf(alert: Alert): number {
  return alert.size + lookBackWindows(alert) * alert.slide;
}

/** How long before the end of a window panes have to be known for it to be judged, in ms. */
export function lookBackOf(alert: Alert): number {
  return alert.size + windowsBefore(alert) * alert.slide;
}

/** Whether windows without data may still change what is said of a key. */
function goesOnInSilence({ missing }: Alert, state: AlertState | undefined, levels: Levels): boolean {
  switch (missing) {
    case 'ok':
      return state?.status === 'pending' || isFiring(state) || levels.greatest > 0;
    case 'breach':
      return state?.status !== 'firing' || levels.greatest > 1;
    case 'keep':
      return state?.status === 'pending' || state?.status === 'recovering' || levels.greatest > 0;
    case 'ignore':
      return false;
  }
}

/** The end of the first window of what comes next, after one without data; `undefined` if nothing does. */
function firstEndAfter(
  { window, aggregate }: Alert,
  panes: readonly MergedPane[],
  end: number,
): number | undefined {
  const next = panes[firstFrom(panes, end)];
  return next && firstWindowEnd(window, next.start + aggregate.pane);
}

function levelsBefore(
  alert: Alert,
  key: string,
  panes: readonly MergedPane[],
  due: number,
  beside: Beside,
  knownSince: number,
): Levels {
  const levels = new Levels(alert);
  const ends: number[] = [];
  let end = due;
  for (let i = windowsBefore(alert); i > 0; i--) {
    end = previousWindowEnd(alert.window, end);
    ends.unshift(end);
  }
  // Before a key's first data nothing is missing yet.
  const first = panes[0]?.start ?? Infinity;
  for (const before of ends) {
    if (before <= first && before < knownSince) continue;
    const { hasData, level } = judgeWindow(alert, key, panes, before, beside);
    levels.add(hasData ? level : undefined);
  }
  return levels;
}

function transition(
  alert: Alert,
  key: string,
  state: AlertState | undefined,
  verdict: Verdict,
  levels: Levels,
): AlertState | undefined {
  if (!verdict.hasData && alert.missing === 'ignore') return undefined;
  return change(alert, key, state, verdict, overAs(alert), {
    end: verdict.end,
    level: goesOnPending(alert, state, verdict) ? Math.max(1, levels.now()) : levels.now(),
    isClear: () => isClear(alert, state, verdict, levels),
    lasting: () => levels.lasting(),
  });
}

function goesOnPending({ missing }: Alert, state: AlertState | undefined, { hasData }: Verdict): boolean {
  return !hasData && missing === 'keep' && state?.status === 'pending';
}

function isClear(alert: Alert, state: AlertState | undefined, verdict: Verdict, levels: Levels): boolean {
  if (!verdict.hasData && alert.missing !== 'ok') {
    return alert.missing === 'keep' && state?.status === 'recovering';
  }
  // It would fire again with the next window, for the same ones.
  if (alert.atLeast.of > 1 && levels.now() > 0) return false;
  return (verdict.hasData ? clears(alert, verdict) : undefined) ?? levels.now() === 0;
}

function overAs({ judge }: Alert): Judging {
  return judge === 'final' ? 'final' : 'onTime';
}

function judgeWindow(...window: Parameters<typeof seeWindow>): Verdict {
  return verdictOf(window[0], seeWindow(...window));
}

function seeWindow(
  alert: Alert,
  key: string,
  panes: readonly MergedPane[],
  end: number,
  beside: Beside,
): Seen {
  const start = windowStart(alert.window, end);
  const accs = mergeWindow(alert.aggregate, panes, start, end);
  return see(alert, key, accs, { start, end }, beside);
}

function change(
  alert: Alert,
  key: string,
  state: AlertState | undefined,
  verdict: Verdict,
  judged: Judging,
  finding: Parameters<typeof step>[2],
): AlertState | undefined {
  const changed: Change | undefined = step(alert, state, finding);
  if (changed === undefined) return undefined;
  return {
    alert: alert.name,
    key,
    ...changed,
    at: verdict.end,
    windowStart: verdict.start,
    judged,
    value: verdict.value,
    missing: !verdict.hasData,
    shown: shownOf(alert, verdict),
    band: verdict.band,
    summary: alert.summary,
    version: (state?.version ?? 0) + 1,
    ...groupOf(alert, key, state),
  };
}
