import type { AnomalyCondition } from '../anomaly/condition.ts';
import type { Verdict as Observation } from '../anomaly/detector.ts';
import type { AnomalyState } from '../anomaly/state.ts';
import type { Alert } from '../pipeline/pipeline.ts';
import { nextWindowEnd, previousWindowEnd } from '../time/window.ts';
import { Levels, windowsBefore, type WindowLevel } from './levels.ts';
import type { AlertMemory, AlertState, Band } from './state.ts';
import { callAuthor, shownOf, type Seen, type Verdict } from './verdict.ts';

/** A rule's watch for anomalies in one key: it goes through the windows in order, and knows what it has seen by its memory alone. */
export class AnomalyWatch {
  readonly #rule: Alert;
  readonly #condition: AnomalyCondition;
  readonly #detector: AnomalyState;
  readonly #before: number | undefined;
  /** What the last windows were in breach of, latest last; `undefined` for one without data. */
  #seen: WindowLevel[] = [];
  #judgedTo: number | undefined;
  /** The same, as the rule counts them. */
  readonly levels: Levels;

  /** @throws {RuleError} if the memory cannot be read */
  constructor(rule: Alert, condition: AnomalyCondition, memory: AlertMemory | undefined) {
    const { detector } = condition;
    this.#rule = rule;
    this.#condition = condition;
    this.#detector =
      memory === undefined ? detector.empty() : callAuthor(rule, () => detector.decode(memory.detector));
    this.#before = this.#judgedTo = memory?.judgedTo;
    this.levels = new Levels(rule);
    for (const level of memory?.levels ?? []) this.#add(level ?? undefined);
  }

  /** End of the first window to judge, in ms: after the last one that was. @param due what it is without a memory */
  firstEnd(due: number): number {
    return this.#judgedTo === undefined ? due : nextWindowEnd(this.#rule.window, this.#judgedTo);
  }

  /** Notes that there are no data up to the window that ends at `end` (ms). */
  skipTo(end: number): void {
    const { window } = this.#rule;
    let passed = previousWindowEnd(window, end);
    for (let i = windowsBefore(this.#rule); i >= 0 && passed > (this.#judgedTo ?? Infinity); i--) {
      this.#add(undefined);
      passed = previousWindowEnd(window, passed);
    }
  }

  /**
   * What the rule says of the next window, from which the detector learns.
   *
   * An anomaly is flagged where it begins: it goes on as long as the values lie outside of what is nothing special.
   *
   * @param state the alert's before
   * @throws {RuleError} if the rule's `value` throws
   */
  judge(seen: Seen, state: AlertState | undefined): Verdict {
    this.#judgedTo = seen.end;
    const actual = shownOf(this.#rule, seen);
    if (actual === null) {
      this.#add(undefined);
      return { ...seen, hasData: false, level: 0 };
    }
    const observed = this.#condition.detector.observe(this.#detector, seen.start, actual);
    const isOutside = actual < observed.low || actual > observed.high;
    const level = observed.flagged || (isOutside && this.#isUnderWay(state)) ? 1 : 0;
    this.#add(level);
    return { ...seen, level, band: bandOf(observed, actual) };
  }

  /** What is to be remembered; `undefined` if nothing was judged since. */
  memory(): AlertMemory | undefined {
    if (this.#judgedTo === undefined || this.#judgedTo === this.#before) return undefined;
    return {
      judgedTo: this.#judgedTo,
      levels: this.#seen.map((level) => level ?? null),
      detector: this.#condition.detector.encode(this.#detector),
    };
  }

  #isUnderWay(state: AlertState | undefined): boolean {
    switch (state?.status) {
      case 'pending':
      case 'firing':
      case 'recovering':
        return true;
      default:
        return this.#rule.atLeast.of > 1 && this.levels.greatest > 0;
    }
  }

  #add(level: WindowLevel): void {
    this.levels.add(level);
    this.#seen = [...this.#seen, level].slice(-windowsBefore(this.#rule) - 1);
  }
}

function bandOf({ expected, low, high }: Observation, actual: number): Band {
  return { actual, expected, low: finite(low), high: finite(high) };
}

function finite(bound: number): number | null {
  return Number.isFinite(bound) ? bound : null;
}
