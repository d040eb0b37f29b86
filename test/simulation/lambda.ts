import { NotInvokedError, type Invoke } from '../../lib/esm/index.ts';
import type { Chance } from './chance.ts';
import type { SimClock } from './clock.ts';
import type { Faults } from './faults.ts';
import { Invocation } from './invocation.ts';
import { SECOND } from './pipeline.ts';
import type { FunctionName, Service } from './service.ts';

const TIMEOUT_MS = 10 * SECOND;
/** What is redriven is started by hand or by the clock, and has the longest time that Lambda gives. */
export const REDRIVE_TIMEOUT_MS = 900 * SECOND;
/** How long after the first a second invocation with the same event may come. */
const LATEST_DUPLICATE_MS = 150 * SECOND;

/** Lambda: runs functions, and does to them what it may. */
export class SimLambda {
  readonly #services: { readonly clock: SimClock; readonly chance: Chance; readonly faults: Faults };
  readonly #service: Service;
  readonly #running = new Set<Promise<unknown>>();

  constructor(
    services: { readonly clock: SimClock; readonly chance: Chance; readonly faults: Faults },
    service: Service,
  ) {
    this.#services = services;
    this.#service = service;
  }

  /** What an event source mapping invokes a function by. */
  invokerOf(name: FunctionName): Invoke {
    return (event) => this.#invoke(name, event);
  }

  /** A new execution of a function. */
  start(
    functionName: string,
    options: { readonly stalls?: boolean; readonly timeoutMs?: number } = {},
  ): Invocation {
    return new Invocation(functionName, this.#services, {
      timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
      stalls: options.stalls ?? false,
    });
  }

  /** Waits for everybody who is taken for dead. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #invoke(name: FunctionName, event: unknown): Promise<unknown> {
    const { clock, chance, faults } = this.#services;
    const fault = faults.invocation(`invoke ${name}`);
    if (fault === 'refused') throw new NotInvokedError('Rate exceeded');
    if (fault === 'duplicate') this.#keep(this.#duplicate(name, event));
    const invocation = this.start(name, { stalls: fault === 'zombie' });
    const answer = this.#service.run(name, invocation, event);
    this.#keep(answer);
    if (fault === 'zombie') {
      await clock.sleep(chance.int('taken for dead after', 0, 2 * SECOND));
      throw new Error('Sandbox.Timedout');
    }
    return await Promise.race([answer, invocation.died, this.#timeOut(invocation)]);
  }

  async #duplicate(name: FunctionName, event: unknown): Promise<void> {
    const { clock, chance } = this.#services;
    const isLate = chance.next('late duplicate') < 0.5;
    await clock.sleep(chance.int('duplicate after', 0, isLate ? LATEST_DUPLICATE_MS : SECOND));
    await this.#service.run(
      name,
      this.start(name, { stalls: chance.next('stalling duplicate') < 0.3 }),
      event,
    );
  }

  async #timeOut(invocation: Invocation): Promise<never> {
    await this.#services.clock.sleep(Math.min(TIMEOUT_MS, Math.max(0, invocation.remaining())));
    invocation.kill();
    return await invocation.died;
  }

  #keep(work: Promise<unknown>): void {
    const kept = work.catch(() => undefined).finally(() => this.#running.delete(kept));
    this.#running.add(kept);
  }
}
