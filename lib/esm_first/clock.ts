import { setTimeout as delay } from 'node:timers/promises';

/** Time as the engine sees it; tests give one that they move by hand. */
export interface Clock {
  /** Ms since 1970. */
  now(): number;
  /** Waits for `ms`, or until `signal` aborts, whichever is first. Never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, { signal }).catch(() => undefined);
  },
};
