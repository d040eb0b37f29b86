import { setTimeout as delay } from 'node:timers/promises';
import type { Chance } from '../simulation/chance.ts';
import type { Invocations } from '../../lib/local/faults/invocations.ts';
import type { Mapping } from './mapping.ts';
import type { Servers } from './servers.ts';

/** What can go wrong. */
export interface Victims {
  readonly chance: Chance;
  readonly invocations: Invocations;
  readonly servers: Servers;
  /** By function. */
  readonly mappings: ReadonlyMap<string, Mapping>;
  /** Splits or merges a shard; rejects if that cannot be done just now. */
  readonly reshard: () => Promise<void>;
  /** Repairs what was given up, as it does by the clock; rejects if it dies. */
  readonly redrive: () => Promise<void>;
}

const SECOND = 1_000;

/** Lets everything go wrong, on and on, until it is told to stop; then all is up again. */
export class Faults {
  serverKills = 0;
  engineRestarts = 0;
  reshardings = 0;
  readonly #victims: Victims;

  constructor(victims: Victims) {
    this.#victims = victims;
  }

  async run(signal: AbortSignal): Promise<void> {
    const on = (name: string, least: number, most: number, act: () => Promise<void>): Promise<void> =>
      this.#onAndOn(name, least, most, act, signal);
    await Promise.all([
      on('server', 1, 5, () => this.#killServers()),
      on('engine', 1, 5, () => this.#restartEngine()),
      on('illness', 2, 7, () => this.#fallIll(signal)),
      on('reshard', 10, 25, async () => {
        await this.#victims.reshard();
        this.reshardings++;
      }),
      on('redrive', 3, 10, () => this.#victims.redrive()),
    ]);
  }

  /** @param least pause in seconds */
  async #onAndOn(
    name: string,
    least: number,
    most: number,
    act: () => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    for (;;) {
      await pause(this.#victims.chance.int(`pause before ${name}`, least * SECOND, most * SECOND), signal);
      if (signal.aborted) return;
      // What cannot be done just now, because something else is down, is left.
      await act().catch(() => undefined);
    }
  }

  async #killServers(): Promise<void> {
    const { chance, servers } = this.#victims;
    const all = Array.from({ length: servers.count }, (_, index) => index);
    const which = chance.next('all servers') < 0.2 ? all : [chance.pick('which server', all)];
    const moment = chance.pick('moment', ['now', 'in a request', 'before an answer'] as const);
    this.serverKills += which.length;
    await servers.kill(which, moment, chance.int('down', 200, 2 * SECOND));
  }

  async #restartEngine(): Promise<void> {
    const { chance, mappings } = this.#victims;
    const mapping = chance.pick('which mapping', [...mappings.values()]);
    this.engineRestarts++;
    await mapping.restart(chance.next('set back') < 0.6 ? chance.int('by how many', 1, 5) : 0);
  }

  /** A function dies at every invocation for so long that batches are given up. */
  async #fallIll(signal: AbortSignal): Promise<void> {
    const { chance, invocations, mappings } = this.#victims;
    const name = chance.pick('who is ill', [...mappings.keys()]);
    invocations.sick.add(name);
    await pause(chance.int('how long ill', 2 * SECOND, 6 * SECOND), signal);
    invocations.sick.delete(name);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
