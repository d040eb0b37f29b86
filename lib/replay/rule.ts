import type { Beside } from '../alerts/evidence.ts';
import { judgeKey, judgeOpen, lookBackOf, type Judgement } from '../alerts/judge.ts';
import { otherKey } from '../alerts/read-beside.ts';
import { judgeSessions } from '../alerts/judge-sessions.ts';
import { judgedFrom } from '../alerts/session-job.ts';
import type { AlertMemory, AlertState } from '../alerts/state.ts';
import type { PaneMap } from '../fold/pane-map.ts';
import type { Pane } from '../fold/pane.ts';
import {
  hasSessions,
  lookBack,
  lookBackFrom,
  sessionsOf,
  type Session,
  type SessionAggregate,
} from '../fold/sessions.ts';
import type { Alert } from '../pipeline/pipeline.ts';
import { firstWindowEnd, paneStart, previousWindowEnd } from '../time/window.ts';

/** How long after its start a pane may be looked at, in ms, if nothing changes once it is over. */
export function lookedAtFor(alert: Alert): number {
  const { aggregate, size, compare } = alert;
  if (!hasSessions(aggregate)) return lookBackOf(alert) + Math.max(0, ...compare);
  return size + lookBack(aggregate.session) + 2 * aggregate.pane;
}

/** One alert rule under replay: its timers and states in memory, its judgement the live one. */
export class ReplayRule {
  readonly #alert: Alert;
  readonly #panes: PaneMap;
  readonly #others: readonly PaneMap[];
  readonly #due = new Map<number, Set<string>>();
  readonly #states = new Map<string, AlertState>();
  /** When the first transition of each key was, in ms. */
  readonly #firsts = new Map<string, number>();
  readonly #memories = new Map<string, AlertMemory>();
  /** Keys whose open windows are to be judged early. */
  readonly #changed = new Set<string>();
  #earliest = Infinity;
  /** Windows that end by then, in ms, have been judged. */
  #judgedTo = -Infinity;

  /** @param others panes of the aggregates that the rule sees beside its own, in its order */
  constructor(alert: Alert, panes: PaneMap, others: readonly PaneMap[] = []) {
    this.#alert = alert;
    this.#panes = panes;
    this.#others = others;
  }

  /** Watermark in ms at which the next window is to be judged; infinity if there is none. */
  get next(): number {
    return this.#earliest + this.#alert.delay;
  }

  /** Sets the timer of a new pane's first window, and if that is judged early, one at its being next. */
  expect(pane: Pane): void {
    const { window, aggregate } = this.#alert;
    if (hasSessions(aggregate)) {
      this.#setTimer(pane.key, pane.start);
      return;
    }
    const end = firstWindowEnd(window, pane.start + pane.aggregate.pane);
    this.#setTimer(pane.key, end);
    const opens = previousWindowEnd(window, end);
    // What is next already is judged as its panes change; the windows before it may have been forgotten.
    if (this.isEarly && opens > this.#judgedTo) this.#setTimer(pane.key, opens);
  }

  /** Whether windows are judged before they are over. */
  get isEarly(): boolean {
    return this.#alert.judge === 'early';
  }

  /** Notes that a pane of a key changed, if the rule is judged early. */
  change(key: string): void {
    this.#changed.add(key);
  }

  /** Judges every window that is due at the watermark, in order of time and key, and those that are open. */
  *judge(watermark: number): Generator<AlertState> {
    this.#judgedTo = watermark - this.#alert.delay;
    const transitions: AlertState[] = [];
    for (const [key, due] of this.#takeDue(this.#judgedTo)) {
      transitions.push(...this.#judgeKey(key, due, watermark));
      if (this.isEarly) this.#changed.add(key);
    }
    yield* transitions.sort((a, b) => a.at - b.at);
    yield* this.judgeOpen(watermark);
  }

  /** Takes the timers that are due by `end` (ms): the earliest of each key, in order of key. */
  #takeDue(end: number): [key: string, due: number][] {
    const taken = new Map<string, number>();
    for (const due of [...this.#due.keys()].filter((due) => due <= end).sort((a, b) => a - b)) {
      for (const key of this.#due.get(due) ?? []) if (!taken.has(key)) taken.set(key, due);
      this.#due.delete(due);
    }
    this.#earliest = Infinity;
    for (const due of this.#due.keys()) this.#earliest = Math.min(this.#earliest, due);
    return [...taken].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** Judges the windows that are next to be over, of keys that changed since, in order of key. */
  *judgeOpen(watermark: number): Generator<AlertState> {
    const keys = [...this.#changed].sort();
    this.#changed.clear();
    const { size, slide, delay } = this.#alert;
    for (const key of keys) {
      const state = this.#states.get(key);
      if (state?.status === 'firing' && this.#alert.levels.length === 1) continue;
      const [from, to] = [watermark - delay - size, watermark - delay + slide];
      const panes = this.#panes.range(key, from, to);
      const transition = judgeOpen(this.#alert, key, state, panes, watermark, this.#beside(key, from, to));
      if (transition === undefined) continue;
      this.#setTimer(key, transition.at);
      this.#keep(key, transition);
      yield transition;
    }
  }

  #judgeKey(key: string, due: number, watermark: number): readonly AlertState[] {
    const { transitions, next, memory } = this.#judgementOf(key, due, watermark);
    if (memory !== undefined) this.#memories.set(key, memory);
    if (next !== undefined) this.#setTimer(key, next);
    for (const transition of transitions) this.#keep(key, transition);
    return transitions;
  }

  #keep(key: string, transition: AlertState): void {
    this.#states.set(key, transition);
    if (!this.#firsts.has(key)) this.#firsts.set(key, transition.at);
  }

  #judgementOf(key: string, due: number, watermark: number): Judgement {
    const { aggregate, slide } = this.#alert;
    const state = this.#states.get(key);
    if (hasSessions(aggregate)) {
      const sessions = this.#sessionsFrom(aggregate, key, judgedFrom(this.#alert, due));
      return judgeSessions(this.#alert, key, state, sessions, watermark);
    }
    // Beyond the last window: whether the one after it has data decides if it is to be judged.
    const [from, to] = [due - lookBackOf(this.#alert), this.#judgedTo + slide];
    const panes = this.#panes.range(key, from, to);
    const beside = this.#beside(key, from, to);
    return judgeKey(this.#alert, key, state, panes, due, watermark, beside, this.#firsts.get(key));
  }

  #beside(key: string, from: number, to: number): Beside {
    const { aggregate, others, compare } = this.#alert;
    return {
      others: others.map(
        (other, i) => this.#others[i]?.range(otherKey(aggregate, key, other), from, to) ?? [],
      ),
      before: compare.map((ms) => this.#panes.range(key, from - ms, to - ms)),
      memory: this.#memories.get(key),
    };
  }

  /** The sessions of a key that end after `from` (ms). */
  #sessionsFrom(aggregate: SessionAggregate, key: string, from: number): Session[] {
    const { pane, session } = aggregate;
    const since = paneStart(lookBackFrom(session, from - session.gap), pane);
    const { sessions } = sessionsOf(aggregate, this.#panes.range(key, since, Infinity), since);
    return sessions.filter(({ end }) => end > from);
  }

  #setTimer(key: string, due: number): void {
    const keys = this.#due.get(due);
    if (keys !== undefined) keys.add(key);
    else this.#due.set(due, new Set([key]));
    if (due < this.#earliest) this.#earliest = due;
  }
}
