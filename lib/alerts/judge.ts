import { keyRecord } from '../fold/key.ts';
import { mergeAccs, resultsOf } from '../fold/pane.ts';
import type { Judging } from '../pipeline/definition.ts';
import type { Alert } from '../pipeline/pipeline.ts';
import { firstWindowEnd, nextWindowEnd, windowStart } from '../time/window.ts';
import type { AlertState } from './state.ts';

/** All lanes' data of one key over one pane. */
export interface MergedPane {
  /** Start in ms. */
  readonly start: number;
  readonly accs: readonly unknown[];
}

/** What came of judging a key up to the watermark. */
export interface Judgement {
  /** Transitions in order of event time; each one's version is one above the one before. */
  readonly transitions: readonly AlertState[];
  /** End of the next window to judge, in ms; `undefined` if none is due until more data come. */
  readonly next: number | undefined;
}

/** A function of an alert rule, or of a measure that it judges by, that threw. */
export class RuleError extends Error {
  override readonly name = 'RuleError';
}

/**
 * Judges one alert for one key: every window from the one that ends at `due` to the last whose end, with the alert's delay,
 * is at or before the watermark, in order. Pure: the same panes and the same state give the same transitions, whoever asks and
 * however often.
 *
 * Windows at or before the state's own have been judged and are passed over. A window without data never fires; it
 * resolves an alert that is firing.
 *
 * @param panes sorted by start, without gaps in knowledge from `due - alert.size` on
 * @throws {RuleError} if a function of the rule, or of a measure, throws
 */
export function judgeKey(
  alert: Alert,
  key: string,
  prior: AlertState | undefined,
  panes: readonly MergedPane[],
  due: number,
  watermark: number,
): Judgement {
  const transitions: AlertState[] = [];
  let state = prior;
  let from = 0;
  let end = due;
  for (;;) {
    while (from < panes.length && (panes[from]?.start ?? Infinity) < windowStart(alert.window, end)) from++;
    const hasData = (panes[from]?.start ?? Infinity) < end;
    if (!hasData && state?.status !== 'firing') return { transitions, next: undefined };
    if (end + alert.delay > watermark) return { transitions, next: end };
    if (state === undefined || end > state.at) {
      const next = judgeWindow(alert, key, state, panes, from, end);
      if (next !== undefined) {
        transitions.push(next);
        state = next;
      }
    }
    end = nextWindowEnd(alert.window, end);
  }
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
): AlertState | undefined {
  if (alert.judge !== 'early' || prior?.status === 'firing' || watermark === -Infinity) return undefined;
  const end = firstWindowEnd(alert.window, watermark - alert.delay + 1);
  if (prior !== undefined && end <= prior.at) return undefined;
  const start = windowStart(alert.window, end);
  const from = panes.findIndex((pane) => pane.start >= start);
  return from < 0 ? undefined : judgeWindow(alert, key, prior, panes, from, end, 'early');
}

function overAs({ judge }: Alert): Judging {
  return judge === 'final' ? 'final' : 'onTime';
}

function judgeWindow(
  alert: Alert,
  key: string,
  state: AlertState | undefined,
  panes: readonly MergedPane[],
  from: number,
  end: number,
  judged?: Judging,
): AlertState | undefined {
  const { aggregate } = alert;
  const accs = aggregate.measures.map(({ measure }) => measure.empty());
  let merged = 0;
  for (let i = from; i < panes.length; i++) {
    const pane = panes[i];
    if (pane === undefined || pane.start >= end) break;
    mergeAccs(aggregate, accs, pane.accs);
    merged++;
  }
  return judgeData(alert, key, state, merged > 0 ? accs : undefined, {
    start: windowStart(alert.window, end),
    end,
    ...(judged && { judged }),
  });
}

/**
 * Judges one alert for one key by what is over a stretch of time.
 *
 * @param data `undefined` if there is none, which never makes an alert fire and always resolves it
 * @throws {RuleError} if a function of the rule, or of a measure, throws
 */
export function judgeData(
  alert: Alert,
  key: string,
  state: AlertState | undefined,
  data: readonly unknown[] | undefined,
  {
    start,
    end,
    judged = overAs(alert),
  }: { readonly start: number; readonly end: number; readonly judged?: Judging },
): AlertState | undefined {
  const { aggregate } = alert;
  const accs = data ?? aggregate.measures.map(({ measure }) => measure.empty());
  const value = call(alert, () => resultsOf(aggregate, accs, end - start));
  const firing = state?.status === 'firing';
  // Most conditions never ask for the key, and taking it apart costs as much as judging.
  const context = {
    get key() {
      return keyRecord(aggregate, key);
    },
    start,
    end,
  };
  const wanted =
    data !== undefined &&
    call(alert, () => (firing ? !clears(alert, value, context) : alert.when(value, context)));
  if (wanted === firing) return undefined;
  return {
    alert: alert.name,
    key,
    status: wanted ? 'firing' : 'resolved',
    at: end,
    since: wanted ? end : (state?.since ?? end),
    windowStart: start,
    judged,
    value,
    severity: alert.severity,
    summary: alert.summary,
    version: (state?.version ?? 0) + 1,
  };
}

function clears(alert: Alert, ...[value, context]: Parameters<Alert['when']>): boolean {
  return alert.clear === undefined ? !alert.when(value, context) : alert.clear(value, context);
}

function call<Given>(alert: Alert, author: () => Given): Given {
  try {
    return author();
  } catch (error) {
    throw new RuleError(
      `alert ${alert.name} could not be judged: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}
