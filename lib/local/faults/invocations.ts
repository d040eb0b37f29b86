import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Chance } from './chance.ts';

/** Invokes a function under a request id. */
export type Invoke = (requestId: string) => Promise<unknown>;

/** How often something goes wrong with an invocation: probabilities. */
export interface InvocationFaults {
  /** Its environment is killed at some moment. */
  readonly killed: number;
  /** The same event is given to the function once more. */
  readonly duplicated: number;
  /** How much later that is at most, ms; many come at once. */
  readonly latestDuplicateMs: number;
}

const AT_ONCE = 0.4;
// Until it is known how long a function takes.
const USUAL_MS = 300;

/** Invokes functions, of which some are killed in the middle, and some invoked a second time. */
export class Invocations {
  made = 0;
  killed = 0;
  duplicated = 0;
  /** Functions whose every invocation is killed, for a while. */
  readonly sick = new Set<string>();
  /** Nothing goes wrong any more. */
  isCalm = false;
  readonly #chance: Chance;
  readonly #faults: InvocationFaults;
  readonly #kill: (requestId: string) => Promise<boolean>;
  readonly #usualMs = new Map<string, number>();
  readonly #pending = new Set<Promise<unknown>>();

  /** @param kill ends the process in which an invocation runs; says whether there was one */
  constructor(chance: Chance, faults: InvocationFaults, kill: (requestId: string) => Promise<boolean>) {
    this.#chance = chance;
    this.#faults = faults;
    this.#kill = kill;
  }

  /**
   * Invokes a function, and perhaps once more, now or later.
   *
   * @param signal when it aborts, nobody waits for the answer any more, but the invocation goes on
   * @throws what the function throws
   */
  async invoke(name: string, invoke: Invoke, requestId: string, signal?: AbortSignal): Promise<unknown> {
    const answer = this.#keep(this.#invokeOnce(name, invoke, requestId));
    if (!this.isCalm && this.#chance.next(`duplicate ${name}`) < this.#faults.duplicated)
      void this.#keep(this.#again(name, invoke)).catch(() => undefined);
    return signal === undefined ? answer : unlessAborted(answer, signal);
  }

  /** Waits for all that is under way, and for all that is still to be invoked again. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.allSettled(this.#pending);
  }

  async #again(name: string, invoke: Invoke): Promise<void> {
    this.duplicated++;
    const isAtOnce = this.#chance.next(`at once ${name}`) < AT_ONCE;
    if (!isAtOnce) await delay(this.#chance.int(`later ${name}`, 0, this.#faults.latestDuplicateMs));
    await this.#invokeOnce(name, invoke, randomUUID());
  }

  async #invokeOnce(name: string, invoke: Invoke, requestId: string): Promise<unknown> {
    this.made++;
    const usualMs = this.#usualMs.get(name) ?? USUAL_MS;
    const timer = this.#isToDie(name)
      ? setTimeout(
          () => {
            void this.#killOne(requestId);
          },
          usualMs * this.#chance.next(`moment ${name}`),
        )
      : undefined;
    const began = performance.now();
    try {
      const answer = await invoke(requestId);
      this.#learn(name, usualMs, performance.now() - began);
      return answer;
    } finally {
      clearTimeout(timer);
    }
  }

  /** An environment's first invocation takes far longer than all others: what is usual falls fast, and rises slowly. */
  #learn(name: string, usualMs: number, tookMs: number): void {
    this.#usualMs.set(name, usualMs + (tookMs - usualMs) * (tookMs < usualMs ? 0.5 : 0.05));
  }

  #isToDie(name: string): boolean {
    if (this.isCalm) return false;
    return this.sick.has(name) || this.#chance.next(`kill ${name}`) < this.#faults.killed;
  }

  async #killOne(requestId: string): Promise<void> {
    if (await this.#kill(requestId)) this.killed++;
  }

  #keep<T>(work: Promise<T>): Promise<T> {
    const kept = work.catch(() => undefined).finally(() => this.#pending.delete(kept));
    this.#pending.add(kept);
    return work;
  }
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(new Error('the engine died'));
    };
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}
