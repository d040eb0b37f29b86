import { lookBackWindows, type Alert } from '../pipeline/pipeline.ts';

/** How many severities a window is in breach of; `undefined` if it does not count. */
export type WindowLevel = number | undefined;

/** What one window after another is in breach of, as far back as a rule looks: M of N windows, and for how long. */
export class Levels {
  readonly #rule: Alert;
  readonly #kept: number;
  // Latest last.
  #levels: WindowLevel[];

  constructor(rule: Alert, levels: readonly WindowLevel[] = []) {
    this.#rule = rule;
    this.#kept = lookBackWindows(rule) + 1;
    this.#levels = levels.slice(-this.#kept);
  }

  /** What the last window was in breach of that counted. */
  get last(): number {
    return this.#levels.findLast((level) => level !== undefined) ?? 0;
  }

  get all(): readonly WindowLevel[] {
    return this.#levels;
  }

  add(level: WindowLevel): void {
    this.#levels.push(level);
    if (this.#levels.length > this.#kept) this.#levels.shift();
  }

  /** How many severities enough of the last windows are in breach of, the given number of windows ago. */
  now(ago = 0): number {
    const { windows, of } = this.#rule.atLeast;
    const end = this.#levels.length - ago;
    const breaches = this.#levels
      .slice(Math.max(0, end - of), Math.max(0, end))
      .map((level) => level ?? 0)
      .sort((a, b) => b - a);
    return breaches[windows - 1] ?? 0;
  }

  /** How many severities they have been in breach of for as long as `for` wants. */
  lasting(): number {
    if (this.#rule.levels.length === 1) return this.now();
    const back = Math.ceil(this.#rule.pendingFor / this.#rule.slide);
    let least = this.now();
    for (let ago = 1; ago <= back && least > 0; ago++) least = Math.min(least, this.now(ago));
    return least;
  }
}
