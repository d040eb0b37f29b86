import type { Alert } from '../pipeline/pipeline.ts';
import { groupOf } from './group-of.ts';
import type { Judgement } from './judge.ts';
import { step } from './life-cycle.ts';
import { isFiring, type AlertState, type Turn } from './state.ts';
import { callAuthor } from './verdict.ts';

/** The latest transitions of the parts of a rule over others, for one key: by the part's name, oldest first. */
export type PartTurns = ReadonlyMap<string, readonly Turn[]>;

/** How many rules over others lie between an alert and the windows: 0 for a rule over windows. */
export function compositeDepth({ of }: Alert): number {
  return of.length === 0 ? 0 : 1 + Math.max(...of.map(compositeDepth));
}

/**
 * Judges a rule over others for one key: at every moment at which one of its parts turned, and when `for` or `keepFiringFor` are
 * over, from `due` to the last that is at or before the watermark, with the rule's delay. Pure, as the judgement of windows is.
 *
 * What was said stays said: what a part makes known only now of a time before the state's own is answered at the state's own
 * time.
 *
 * @param due moment in ms from which on the parts turned
 * @throws {RuleError} if the rule's condition throws
 */
export function judgeComposite(
  alert: Alert,
  key: string,
  prior: AlertState | undefined,
  parts: PartTurns,
  due: number,
  watermark: number,
): Judgement {
  const transitions: AlertState[] = [];
  let state = prior;
  let moment = Math.min(Math.max(due, prior?.at ?? -Infinity), clockEnd(alert, state));
  while (moment + alert.delay <= watermark) {
    const next = judgeMoment(alert, key, state, parts, moment);
    if (next !== undefined) transitions.push(next);
    state = next ?? state;
    moment = Math.min(nextTurn(parts, moment), clockEnd(alert, state));
  }
  const end = clockEnd(alert, state);
  // A part's next transition sets a timer of its own.
  return { transitions, next: end === Infinity ? undefined : end };
}

/** When a pending alert is to fire, or a recovering one to resolve, in ms, if nothing happens until then. */
function clockEnd({ pendingFor, keepFiringFor }: Alert, state: AlertState | undefined): number {
  switch (state?.status) {
    case 'pending':
      return state.at + pendingFor;
    case 'recovering':
      return state.at + keepFiringFor;
    default:
      return Infinity;
  }
}

function nextTurn(parts: PartTurns, after: number): number {
  let next = Infinity;
  for (const turns of parts.values())
    next = Math.min(next, turns.find(({ at }) => at > after)?.at ?? Infinity);
  return next;
}

function judgeMoment(
  alert: Alert,
  key: string,
  state: AlertState | undefined,
  parts: PartTurns,
  moment: number,
): AlertState | undefined {
  const firing = Object.fromEntries(
    alert.of.map(({ name }) => [name, isFiring(parts.get(name)?.findLast(({ at }) => at <= moment))]),
  );
  const level = callAuthor(alert, () => alert.whenParts(firing)) === true ? 1 : 0;
  const changed = step(alert, state, {
    end: moment,
    level,
    isClear: () => level === 0,
    lasting: () => level,
  });
  if (changed === undefined) return undefined;
  return {
    alert: alert.name,
    key,
    ...changed,
    at: moment,
    windowStart: moment,
    judged: alert.judge,
    value: firing,
    missing: false,
    shown: null,
    band: undefined,
    summary: alert.summary,
    version: (state?.version ?? 0) + 1,
    ...groupOf(alert, key, state),
  };
}
