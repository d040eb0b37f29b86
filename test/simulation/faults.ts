import type { Chance } from './chance.ts';

/** What may go wrong with one call of a service. */
export type CallFault =
  /** It is refused for now. */
  | 'throttle'
  /** It never arrives. */
  | 'lost'
  /** It is carried out, and its answer is lost. */
  | 'unanswered'
  /** The caller dies before it, or after it. */
  | 'crash-before'
  | 'crash-after'
  /** It takes as long as half an invocation. */
  | 'slow';

/** What may go wrong with one invocation of a function. */
export type InvocationFault =
  /** Lambda is throttled: the function is not invoked. */
  | 'refused'
  /** A second invocation gets the same event, now or much later; nobody hears its answer. */
  | 'duplicate'
  /** Lambda takes the invocation for dead, but it goes on. */
  | 'zombie';

type Rates<Fault extends string> = Readonly<Record<Fault, number>>;

// At the seed's full rate. A call is made a few hundred times in a run, an invocation some dozens of times.
const CALL: Rates<CallFault> = {
  throttle: 0.12,
  lost: 0.04,
  unanswered: 0.05,
  'crash-before': 0.02,
  'crash-after': 0.03,
  slow: 0.02,
};
const INVOCATION: Rates<InvocationFault> = { refused: 0.08, duplicate: 0.12, zombie: 0.08 };

/** Decides what goes wrong, and remembers what did. */
export class Faults {
  readonly #chance: Chance;
  readonly #only: ReadonlySet<string> | undefined;
  readonly #scale = new Map<string, number>();
  /** Faults that were injected, by name, in order. */
  readonly injected: string[] = [];
  /** Nothing goes wrong any more. */
  calm = false;

  /** @param only names of the faults that may be injected; all, unless given */
  constructor(chance: Chance, only?: ReadonlySet<string>) {
    this.#chance = chance;
    this.#only = only;
  }

  /** What goes wrong with the next call of a site, such as `aggregate.PutItem`. */
  call(site: string): CallFault | undefined {
    return this.#decide(site, CALL);
  }

  invocation(site: string): InvocationFault | undefined {
    return this.#decide(site, INVOCATION);
  }

  /** Whether something happens that no call or invocation is the site of, at its full rate. */
  event(site: string, rate: number): boolean {
    return this.#decide(site, { [site]: rate }) !== undefined;
  }

  #decide<Fault extends string>(site: string, rates: Rates<Fault>): Fault | undefined {
    const name = this.#chance.name(site);
    if (this.calm) return undefined;
    let left = this.#chance.of(name);
    for (const fault of Object.keys(rates) as Fault[]) {
      const rate = rates[fault] * this.#rate(fault);
      if (left < rate) {
        const full = `${name}:${fault}`;
        if (this.#only !== undefined && !this.#only.has(full)) return undefined;
        this.injected.push(full);
        return fault;
      }
      left -= rate;
    }
    return undefined;
  }

  // Every fault has a rate of its own in every seed, from a tenth to twice what stands above.
  #rate(fault: string): number {
    let scale = this.#scale.get(fault);
    if (scale === undefined)
      this.#scale.set(fault, (scale = 0.1 + 1.9 * this.#chance.of(`rate of ${fault}`)));
    return scale;
  }
}
