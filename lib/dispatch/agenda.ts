/** When to look at which key: the earliest first. Times in ms. It is a binary heap, so that 1,000 keys at once cost little. */
export class Agenda {
  readonly #entries: { readonly time: number; readonly key: string }[] = [];

  /** The earliest time; Infinity if there is none. */
  get time(): number {
    return this.#entries[0]?.time ?? Infinity;
  }

  add(time: number, key: string): void {
    let at = this.#entries.length;
    this.#entries.push({ time, key });
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (!this.#swapIfEarlier(at, parent)) return;
      at = parent;
    }
  }

  /** Takes out the keys of all times up to `time`, the earliest first. */
  take(time: number): string[] {
    const keys: string[] = [];
    while (this.time <= time) {
      const [first] = this.#entries;
      if (first !== undefined) keys.push(first.key);
      this.#removeFirst();
    }
    return keys;
  }

  #removeFirst(): void {
    const last = this.#entries.pop();
    if (last === undefined || this.#entries.length === 0) return;
    this.#entries[0] = last;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const earlier = this.#timeOf(left + 1) < this.#timeOf(left) ? left + 1 : left;
      if (!this.#swapIfEarlier(earlier, at)) return;
      at = earlier;
    }
  }

  #timeOf(at: number): number {
    return this.#entries[at]?.time ?? Infinity;
  }

  #swapIfEarlier(one: number, other: number): boolean {
    const [a, b] = [this.#entries[one], this.#entries[other]];
    if (a === undefined || b === undefined || a.time >= b.time) return false;
    this.#entries[other] = a;
    this.#entries[one] = b;
    return true;
  }
}
