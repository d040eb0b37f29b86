import { lookBackWindows, type Alert } from '../pipeline/pipeline.ts';

/** How many severities a window is in breach of; `undefined` if it does not count. */
export type WindowLevel = number | undefined;

/** What one window after another is in breach of, as far back as a rule looks: M of N windows, and for how long. */
export class Levels {
  readonly #rule: Alert;
  readonly #lookBack: number;
  // Latest last.
  #levels: WindowLevel[];
  /** What the last window with data was in breach of, and how many have had none since. */
  #last: WindowLevel;
  #silent = 0;

  constructor(rule: Alert, levels: readonly WindowLevel[] = []) {
    this.#rule = rule;
    this.#lookBack = lookBackWindows(rule);
    this.#levels = levels.slice(-this.#lookBack - 1);
    this.#last = levels.findLast((level) => level !== undefined);
  }

  get all(): readonly WindowLevel[] {
    return this.#levels;
  }

  /** The most severities that any of the windows is in breach of. */
  get greatest(): number {
    let greatest = 0;
    for (const level of this.#levels) greatest = Math.max(greatest, level ?? 0);
    return greatest;
  }

  /** Adds the next window. @param level what it is in breach of; `undefined` if it has no data */
  add(level: WindowLevel): void {
    if (level === undefined) this.#silent++;
    else [this.#last, this.#silent] = [level, 0];
    this.#levels.push(level ?? this.#missing());
    if (this.#levels.length > this.#lookBack + 1) this.#levels.shift();
  }

  /** How many severities enough of the last windows are in breach of, the given number of windows ago. */
  now(ago = 0): number {
    const { windows, of } = this.#rule.atLeast;
    const end = this.#levels.length - ago;
    if (of === 1) return this.#levels[end - 1] ?? 0;
    const breaches = this.#levels
      .slice(Math.max(0, end - of), Math.max(0, end))
      .map((level) => level ?? 0)
      .sort((a, b) => b - a);
    return breaches[windows - 1] ?? 0;
  }

  /** How many severities they have been in breach of for as long as `for` wants. */
  lasting(): number {
    const back = this.#lookBack - (this.#rule.atLeast.of - 1);
    let least = this.now();
    for (let ago = 1; ago <= back && least > 0; ago++) least = Math.min(least, this.now(ago));
    return least;
  }

  /** What a window without data counts as. */
  #missing(): WindowLevel {
    switch (this.#rule.missing) {
      case 'ok':
        return 0;
      case 'breach':
        return 1;
      case 'keep':
        // Only as far back as the rule looks: what was before is not read, and may not even be there any more.
        return this.#silent <= this.#lookBack ? this.#last : undefined;
      case 'ignore':
        return undefined;
    }
  }
}

/**
 * How many windows before one are looked at. What one without data counts as may depend on as many windows again: by then
 * there were data to keep to, or it has been silent for so long that the alert has a state, and the key is known.
 */
export function windowsBefore(alert: Alert): number {
  const isByOthers = alert.missing === 'keep' || alert.missing === 'breach';
  return (isByOthers ? 2 : 1) * lookBackWindows(alert);
}
