import type { ThroughputPoint } from './protocol.ts';

const MOST_SECONDS = 300;

/** What was counted in each of the last seconds. */
export class Throughput {
  readonly #most: number;
  #points: ThroughputPoint[] = [];
  #second: number | undefined;
  #open = 0;
  #listed: readonly ThroughputPoint[] = [];

  constructor(most = MOST_SECONDS) {
    this.#most = most;
  }

  /** @param at ms, not before that of the last call */
  add(at: number, records: number): void {
    this.#closeUntil(Math.floor(at / 1000));
    this.#open += records;
  }

  /** Seconds that are over, the youngest last. The same array until another one is. */
  list(): readonly ThroughputPoint[] {
    return this.#listed;
  }

  #closeUntil(second: number): void {
    this.#second ??= second;
    if (second <= this.#second) return;
    // Of a long silence, such as a laptop's sleep, no more than can be shown.
    const first = Math.max(this.#second, second - this.#most);
    const points = [...this.#points];
    for (let each = first; each < second; each++) {
      points.push({ at: each * 1000, records: each === this.#second ? this.#open : 0 });
    }
    this.#points = points.slice(-this.#most);
    this.#listed = this.#points;
    this.#second = second;
    this.#open = 0;
  }
}
