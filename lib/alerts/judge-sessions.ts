import type { Session } from '../fold/sessions.ts';
import type { Alert } from '../pipeline/pipeline.ts';
import { judgeAlone, type Judgement } from './judge.ts';
import type { AlertState } from './state.ts';

/**
 * Judges one alert for one key: every one of these sessions whose end, with the alert's delay, is at or before the watermark, in
 * order. Pure, as the judgement of windows is. A firing alert resolves with the next session that clears it: between sessions
 * there is nothing to judge.
 *
 * Sessions at or before the state's own have been judged and are passed over.
 *
 * @param sessions in order of time
 * @throws {RuleError} if a function of the rule, or of a measure, throws
 */
export function judgeSessions(
  alert: Alert,
  key: string,
  prior: AlertState | undefined,
  sessions: readonly Session[],
  watermark: number,
): Judgement {
  const transitions: AlertState[] = [];
  let state = prior;
  for (const { start, end, accs } of sessions) {
    if (end + alert.delay > watermark) return { transitions, next: end };
    if (state !== undefined && end <= state.at) continue;
    const next = judgeAlone(alert, key, state, accs, { start, end });
    if (next === undefined) continue;
    transitions.push(next);
    state = next;
  }
  return { transitions, next: undefined };
}
