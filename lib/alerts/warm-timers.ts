import type { Timer } from './port.ts';

/** Names a timer: no other timer has the name. */
export function timerName({ job, key, due }: Timer): string {
  return `${job}|${due}|${key}`;
}

// Some 10 MB of names. A container is told of the keys of its shards alone, and rarely of more of them at a time.
const MOST = 50_000;

/**
 * The timers that an execution environment knows to have been set, by itself: the latest ones. It only ever saves writes, and
 * may be lost at any time.
 */
export class WarmTimers {
  readonly #most: number;
  // In the order in which they were last set.
  readonly #names = new Set<string>();

  /** @param most timers to be known at once */
  constructor(most = MOST) {
    this.#most = most;
  }

  has(timer: Timer): boolean {
    return this.#names.has(timerName(timer));
  }

  /** Notes that timers have been set: not before the store has said so. */
  add(timers: readonly Timer[]): void {
    for (const timer of timers) {
      const name = timerName(timer);
      this.#names.delete(name);
      this.#names.add(name);
    }
    for (const oldest of this.#names) {
      if (this.#names.size <= this.#most) break;
      this.#names.delete(oldest);
    }
  }
}
