/** Wakes those who wait for something to happen to a stream: records put, shards closed, the stream deleted. */
export class StreamChanges {
  readonly #counts = new Map<string, number>();
  readonly #waiting = new Map<string, Set<() => void>>();

  /** How often the stream has changed: to be read before looking at it, and handed to {@link wait} afterwards. */
  count(streamName: string): number {
    return this.#counts.get(streamName) ?? 0;
  }

  notify(streamName: string): void {
    this.#counts.set(streamName, this.count(streamName) + 1);
    for (const wake of [...(this.#waiting.get(streamName) ?? [])]) wake();
  }

  /** Resolves when the stream has changed since the count was taken, after the time, or when the signal aborts. */
  wait(streamName: string, since: number, ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.count(streamName) !== since) return Promise.resolve();
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(streamName) ?? new Set();
      this.#waiting.set(streamName, waiting);
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      signal.addEventListener('abort', wake);
      waiting.add(wake);
    });
  }
}
