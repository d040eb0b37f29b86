import { isThrottle } from './retry.ts';

/**
 * Bounds how many calls are under way at once, and adapts the bound to what the table takes: a throttled call halves it,
 * and a round of calls that succeed raises it by one (additive increase, multiplicative decrease: Chiu and Jain 1989). What
 * it has learnt outlives an invocation.
 */
export class Pacer {
  readonly #most: number;
  readonly #waiting: (() => void)[] = [];
  #limit: number;
  #active = 0;
  #halvings = 0;

  /** @param most calls under way at once while nothing is throttled */
  constructor(most: number) {
    this.#most = most;
    this.#limit = most;
  }

  /** Calls that may be under way at once now. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** Makes a call when there is room for it. @throws what `call` rejects with */
  async run<T>(call: () => Promise<T>): Promise<T> {
    await this.#enter();
    const halvings = this.#halvings;
    try {
      const answer = await call();
      this.#limit = Math.min(this.#most, this.#limit + 1 / this.#limit);
      return answer;
    } catch (error) {
      // Calls that were under way when the bound was halved say nothing about the new one.
      if (isThrottle(error) && halvings === this.#halvings) {
        this.#limit = Math.max(1, this.#limit / 2);
        this.#halvings++;
      }
      throw error;
    } finally {
      this.#active--;
      this.#admit();
    }
  }

  async #enter(): Promise<void> {
    if (this.#active < this.limit) this.#active++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #admit(): void {
    while (this.#active < this.limit && this.#waiting.length > 0) {
      this.#active++;
      this.#waiting.shift()?.();
    }
  }
}
