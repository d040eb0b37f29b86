import type { Clock } from './clock.ts';

/** A wait that others can cut short. */
export class Nudge {
  #controller = new AbortController();

  /** Ends the waits under way, and the next one if none is. */
  fire(): void {
    this.#controller.abort();
  }

  /** Waits until the time is over, somebody fires, or the signal aborts. */
  async wait(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
    await clock.sleep(ms, AbortSignal.any([this.#controller.signal, signal]));
    if (this.#controller.signal.aborted) this.#controller = new AbortController();
  }
}
