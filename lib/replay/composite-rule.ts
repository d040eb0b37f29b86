import { judgeComposite } from '../alerts/composite.ts';
import { MOST_TURNS, type AlertState, type Turn } from '../alerts/state.ts';
import type { Alert, Pipeline } from '../pipeline/pipeline.ts';

/** One rule over others under replay: its timers and states in memory, its judgement the live one. */
class CompositeRule {
  readonly #alert: Alert;
  /** Turns of the parts, by key and the part's name. */
  readonly #turns = new Map<string, Map<string, Turn[]>>();
  readonly #states = new Map<string, AlertState>();
  /** Keys to be looked at, by moment. */
  readonly #due = new Map<number, Set<string>>();
  #earliest = Infinity;

  constructor(alert: Alert) {
    this.#alert = alert;
  }

  /** Watermark in ms at which a key is to be judged next; infinity if none is. */
  get next(): number {
    return this.#earliest + this.#alert.delay;
  }

  /** Notes a transition, if it is of a part. */
  hear(transition: AlertState): void {
    const { alert, key, at } = transition;
    if (!this.#alert.of.some(({ name }) => name === alert)) return;
    const parts = this.#turns.get(key) ?? new Map<string, Turn[]>();
    this.#turns.set(key, parts.set(alert, [...(parts.get(alert) ?? []), transition].slice(-MOST_TURNS)));
    this.#setTimer(key, at);
  }

  /** Judges every key that is due at the watermark, in order of key. */
  *judge(watermark: number): Generator<AlertState> {
    if (this.next > watermark) return;
    for (const [key, due] of [...this.#takeDue(watermark)].sort(byKey)) {
      const [state, parts] = [this.#states.get(key), this.#turns.get(key) ?? new Map<string, Turn[]>()];
      const { transitions, next } = judgeComposite(this.#alert, key, state, parts, due, watermark);
      if (next !== undefined) this.#setTimer(key, next);
      for (const transition of transitions) {
        this.#states.set(key, transition);
        yield transition;
      }
    }
  }

  /** Takes the timers that are due: by key, the earliest. */
  #takeDue(watermark: number): Map<string, number> {
    const taken = new Map<string, number>();
    this.#earliest = Infinity;
    for (const [moment, keys] of this.#due) {
      if (moment + this.#alert.delay > watermark) {
        this.#earliest = Math.min(this.#earliest, moment);
        continue;
      }
      this.#due.delete(moment);
      for (const key of keys) taken.set(key, Math.min(moment, taken.get(key) ?? Infinity));
    }
    return taken;
  }

  #setTimer(key: string, moment: number): void {
    const keys = this.#due.get(moment);
    if (keys === undefined) this.#due.set(moment, new Set([key]));
    else keys.add(key);
    this.#earliest = Math.min(this.#earliest, moment);
  }
}

/** All rules over others of a pipeline under replay. */
export class CompositeRules {
  readonly #rules: readonly CompositeRule[];

  constructor({ alerts }: Pick<Pipeline, 'alerts'>) {
    // In the pipeline's order, in which each is after its parts.
    this.#rules = alerts.filter(({ of }) => of.length > 0).map((alert) => new CompositeRule(alert));
  }

  /** Watermark in ms at which one is to be judged next; infinity if none is. */
  get next(): number {
    let next = Infinity;
    for (const rule of this.#rules) next = Math.min(next, rule.next);
    return next;
  }

  /** Notes a transition, for the rules that have its alert among their parts. */
  hear(transition: AlertState): void {
    for (const rule of this.#rules) rule.hear(transition);
  }

  /** Judges what is due at the watermark: of one rule after another, each after its parts. */
  *judge(watermark: number): Generator<AlertState> {
    for (const rule of this.#rules) {
      for (const transition of rule.judge(watermark)) {
        this.hear(transition);
        yield transition;
      }
    }
  }
}

function byKey([a]: readonly [string, number], [b]: readonly [string, number]): number {
  return a < b ? -1 : 1;
}
