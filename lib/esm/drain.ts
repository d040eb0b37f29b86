/** Lets callers wait until a condition holds that is looked at again whenever something has changed. */
export class Drain {
  readonly #waiters = new Set<{ generation: number; resolve: () => void; reject: (error: Error) => void }>();
  #generation = 0;
  #closed: Error | undefined;

  /** Grows with each call of {@link wait}: what began in this generation began after that call. */
  get generation(): number {
    return this.#generation;
  }

  /** Begins a generation and waits until it is settled. */
  wait(): Promise<void> {
    if (this.#closed) return Promise.reject(this.#closed);
    this.#generation += 1;
    const generation = this.#generation;
    return new Promise((resolve, reject) => {
      this.#waiters.add({ generation, resolve, reject });
    });
  }

  /** Resolves the waits for which the condition holds by now. */
  settle(holds: (generation: number) => boolean): void {
    for (const waiter of [...this.#waiters]) {
      if (!holds(waiter.generation)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
  }

  /** Rejects the waits under way and all to come; the first reason stays. */
  close(reason: Error): void {
    this.#closed ??= reason;
    for (const waiter of this.#waiters) waiter.reject(this.#closed);
    this.#waiters.clear();
  }
}
