import type { Clock } from '../../lib/esm/index.ts';

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** A clock that jumps to the next wake-up whenever nothing else is left to do, so that hours take no time. */
export class VirtualClock implements Clock {
  readonly #sleepers = new Set<Sleeper>();
  #nowMs: number;
  #scheduled = false;

  constructor(nowMs = Date.UTC(2024, 0, 1)) {
    this.#nowMs = nowMs;
  }

  now(): number {
    return this.#nowMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#sleepers.delete(sleeper);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper = { atMs: this.#nowMs + ms, wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', wake);
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled || this.#sleepers.size === 0) return;
    this.#scheduled = true;
    // By then all promises that could go on without the clock have done so.
    setImmediate(() => {
      this.#scheduled = false;
      const next = [...this.#sleepers].reduce<Sleeper | undefined>(
        (first, sleeper) => (first && first.atMs <= sleeper.atMs ? first : sleeper),
        undefined,
      );
      if (next) {
        this.#nowMs = Math.max(this.#nowMs, next.atMs);
        next.wake();
      }
      this.#schedule();
    });
  }
}
