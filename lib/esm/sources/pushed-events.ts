import type { SubscribeToShardEvent } from '@aws-sdk/client-kinesis';

/** What a subscription has pushed and nobody has taken yet. Who pushes waits while there is no room. */
export class PushedEvents {
  readonly #events: SubscribeToShardEvent[] = [];
  readonly #most: number;
  #madeRoom: (() => void) | undefined;

  /** @param most events that may wait, at least 1 */
  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#events.length;
  }

  /** Resolves when there is room for another. */
  push(event: SubscribeToShardEvent): Promise<void> {
    this.#events.push(event);
    if (this.#events.length < this.#most) return Promise.resolve();
    return new Promise((resolve) => (this.#madeRoom = resolve));
  }

  take(): SubscribeToShardEvent | undefined {
    const event = this.#events.shift();
    this.release();
    return event;
  }

  /** Lets go of who waits for room, whether there is any or not. */
  release(): void {
    this.#madeRoom?.();
    this.#madeRoom = undefined;
  }
}
