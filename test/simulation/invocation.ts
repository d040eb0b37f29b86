import type { Chance } from './chance.ts';
import type { SimClock } from './clock.ts';
import type { Faults } from './faults.ts';
import { SECOND } from './pipeline.ts';

/** Ends every further step of an invocation whose environment is gone. */
export class DeadError extends Error {
  override readonly name = 'DeadError';
}

/** An error of an AWS service, by its name. */
export class ServiceError extends Error {
  override readonly name: string;

  constructor(name: string) {
    super(name);
    this.name = name;
  }
}

/** What a zombie's calls may be held up by, ms: longer than it takes for later batches to be applied. */
const LONGEST_STALL_MS = 90 * SECOND;

/** One execution of a function: its calls take time, fail, and end it. */
export class Invocation {
  readonly functionName: string;
  /** How far its machine's clock is from the right one, ms. */
  readonly skew: number;
  readonly #clock: SimClock;
  readonly #chance: Chance;
  readonly #faults: Faults;
  readonly #deadline: number;
  readonly #stalls: boolean;
  readonly #died: Promise<never>;
  #die: (error: Error) => void = () => undefined;
  #dead = false;

  constructor(
    functionName: string,
    services: { readonly clock: SimClock; readonly chance: Chance; readonly faults: Faults },
    { timeoutMs, stalls }: { readonly timeoutMs: number; readonly stalls: boolean },
  ) {
    this.functionName = functionName;
    this.#clock = services.clock;
    this.#chance = services.chance;
    this.#faults = services.faults;
    // Who is taken for dead does not know it, and has all the time there is.
    this.#deadline = stalls ? Infinity : services.clock.now() + timeoutMs;
    this.#stalls = stalls;
    this.skew = this.#chance.next('skewed') < 0.3 ? this.#chance.int('skew', -60, 60) * SECOND : 0;
    this.#died = new Promise((_, reject) => (this.#die = reject));
    this.#died.catch(() => undefined);
  }

  /** Rejects when the invocation dies. */
  get died(): Promise<never> {
    return this.#died;
  }

  remaining(): number {
    return this.#deadline - this.#clock.now();
  }

  kill(): void {
    this.#dead = true;
    this.#die(new DeadError(`${this.functionName} died`));
  }

  async sleep(ms: number): Promise<void> {
    await this.#clock.sleep(ms);
    this.#check();
  }

  /**
   * Makes a call of a service.
   *
   * @param work what the service does
   * @param inPart what it does when it is throttled, if that is not nothing
   */
  async call<T>(operation: string, work: () => T | Promise<T>, inPart?: () => T): Promise<T> {
    this.#check();
    const site = `${this.functionName}.${operation}`;
    const fault = this.#faults.call(site);
    await this.#clock.sleep(this.#latency(site, fault === 'slow'));
    if (this.#dead) {
      // A request that was under way arrives, or it does not.
      if (this.#chance.next('in flight') < 0.5) await work();
      this.#check();
    }
    switch (fault) {
      case 'throttle':
        if (inPart !== undefined) return inPart();
        throw new ServiceError('ProvisionedThroughputExceededException');
      case 'lost':
        throw new ServiceError('TimeoutError');
      case 'crash-before':
        this.kill();
        break;
      default:
    }
    this.#check();
    const answer = await work();
    if (fault === 'unanswered') throw new ServiceError('TimeoutError');
    if (fault === 'crash-after') this.kill();
    await this.#clock.sleep(this.#latency(site, false));
    this.#check();
    return answer;
  }

  #latency(site: string, isSlow: boolean): number {
    if (isSlow) return 4 * SECOND;
    if (this.#stalls && !this.#faults.calm && this.#chance.next(`${site} stalls`) < 0.15)
      return this.#chance.int('stall', 0, LONGEST_STALL_MS);
    return this.#chance.int(`${site} takes`, 1, 20);
  }

  #check(): void {
    if (this.#dead) throw new DeadError(`${this.functionName} is dead`);
  }
}
