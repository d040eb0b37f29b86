const WINDOW_MS = 5_000;
const LEAST_MS = 1_000;

interface Sample {
  readonly at: number;
  readonly total: number;
}

/** How fast a count that only grows does so, over the last five seconds. */
export class Rate {
  #samples: Sample[] = [];

  get total(): number {
    return this.#samples.at(-1)?.total ?? 0;
  }

  /**
   * Takes the count as it is now. One that is smaller than before is a new count.
   *
   * @param at ms
   */
  sample(at: number, total: number): void {
    if (total < this.total) this.#samples = [];
    this.#samples.push({ at, total });
    // One from before the window stays: what was counted since then is what came within it.
    while ((this.#samples[1]?.at ?? Infinity) <= at - WINDOW_MS) this.#samples.shift();
  }

  /** A second. Of less than a second, what it is for the whole of one. */
  perSecond(): number {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined) return 0;
    return (1000 * (last.total - first.total)) / Math.max(LEAST_MS, last.at - first.at);
  }
}
