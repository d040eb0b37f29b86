import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createInterpreter } from '../../lib/fold/interpret.ts';
import { handleAggregate } from '../../lib/handle/aggregate.ts';
import type { QuarantineMessage } from '../../lib/quarantine/message.ts';
import type { PaneStore } from '../../lib/store/port.ts';
import { bruteForce, contentOf, stored, type TestEvent } from '../support/brute-force.ts';
import { kinesisRecord, LANE, sequence } from '../support/kinesis.ts';
import { MemoryPaneStore, type Fault } from '../support/memory-pane-store.ts';
import { pipeline } from '../support/pipeline.ts';

// Few pages and little time: panes are shared, and records late, as often as not.
const event: fc.Arbitrary<TestEvent> = fc.record({
  half: fc.oneof({ weight: 4, arbitrary: fc.nat(8) }, { weight: 1, arbitrary: fc.nat(30) }),
  page: fc.constantFrom('home', 'cart', 'news'),
  ms: fc.nat(1_000),
  bad: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
});
const events = fc.array(event, { minLength: 1, maxLength: 40 });

const fault = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Fault>(undefined) },
  { weight: 1, arbitrary: fc.constantFrom<Fault>('lost', 'unanswered') },
);
/** What goes wrong with each operation of an invocation in turn. */
const faults = fc.array(fault, { maxLength: 20 });

/** What Lambda, or chance, does next with the lane's records. `back` counts records before the checkpoint. */
type Step =
  /** The next batch; after a failure its size is what a bisected batch would have. `killed`: its answer is lost. */
  | {
      readonly kind: 'deliver';
      readonly size: number;
      readonly killed: boolean;
      readonly faults: readonly Fault[];
    }
  /** Records delivered before, and perhaps some that were not, once more. */
  | {
      readonly kind: 'duplicate';
      readonly back: number;
      readonly size: number;
      readonly faults: readonly Fault[];
    }
  /** An invocation that reads now, stalls, and writes after `delay` more steps. */
  | {
      readonly kind: 'zombie';
      readonly back: number;
      readonly size: number;
      readonly delay: number;
      readonly faults: readonly Fault[];
    };

const size = fc.integer({ min: 1, max: 15 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('deliver' as const), size, killed: fc.boolean(), faults }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('duplicate' as const), back: fc.nat(12), size, faults }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('zombie' as const),
      back: fc.nat(12),
      size,
      delay: fc.nat(6),
      faults,
    }),
  },
);

/** One lane, its table and its quarantine, and how far Lambda's checkpoint is. */
class Lane {
  readonly store = new MemoryPaneStore();
  readonly aside = new Map<string, QuarantineMessage>();
  readonly #records: readonly ReturnType<typeof kinesisRecord>[];
  readonly #truth: ReturnType<typeof bruteForce>;
  at = 0;

  constructor(all: readonly TestEvent[]) {
    this.#records = all.map((one, n) => kinesisRecord(n, contentOf(one)));
    this.#truth = bruteForce(all);
  }

  get done(): boolean {
    return this.at >= this.#records.length;
  }

  /** Invokes the handler once; gives the index of the first record that it reports as failed. */
  async invoke(
    from: number,
    size: number,
    store: PaneStore,
    planned: readonly Fault[] = [],
  ): Promise<number> {
    const batch = this.#records.slice(from, from + size);
    // Lambda never invokes with nothing.
    if (batch.length === 0) return from;
    const next = planned[Symbol.iterator]();
    const report = await handleAggregate(
      {
        pipeline,
        interpret: createInterpreter(pipeline),
        store: withFaults(store, () => next.next().value),
        quarantine: (messages) => {
          const fault = next.next().value;
          if (fault !== 'lost')
            for (const message of messages) this.aside.set(message.origin.sequence!, message);
          return fault === undefined ? Promise.resolve() : Promise.reject(new Error(fault));
        },
        concurrency: 3,
        mayGoOn: () => true,
      },
      { Records: batch },
    );
    const failures = report.response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    expect(failures.length).toBeLessThanOrEqual(1);
    const [failed] = failures;
    const end = failed === undefined ? from + batch.length : this.#indexOf(failed);
    expect(end).toBeGreaterThanOrEqual(from);
    this.#checkDealtWith(end);
    return end;
  }

  async deliver(size: number, killed: boolean, planned: readonly Fault[] = []): Promise<void> {
    const end = await this.invoke(this.at, size, this.store, planned);
    if (!killed) this.at = end;
  }

  /** Everything below what was reported as failed is in every pane where it belongs, or set aside. */
  #checkDealtWith(end: number): void {
    for (let n = 0; n < end; n++) {
      for (const home of this.#truth.homes[n] ?? []) {
        const mark = this.store.items.get(home)?.mark?.S;
        expect(mark !== undefined && mark >= sequence(n), `record ${n} in ${home}`).toBe(true);
      }
    }
    const missing = this.#truth.aside
      .map((line) => line.split(' ')[0]!)
      .filter((aside) => aside < sequence(end) && !this.aside.has(aside));
    expect(missing).toEqual([]);
  }

  /** The end: every pane as a brute-force fold gives it, every record in it once. */
  check(): void {
    expect(stored(this.store)).toEqual(this.#truth.panes);
    const told = [...this.aside.values()].map(
      ({ origin, reason, aggregates = [] }) =>
        `${origin.sequence ?? ''} ${[reason, aggregates.join()].join(' ').trim()}`,
    );
    expect(told.sort()).toEqual(this.#truth.aside);
    const lane = this.store.items.get(LANE);
    expect(lane?.mark?.S).toBe(sequence(this.#records.length - 1));
    expect(Number(lane?.max?.N ?? -Infinity)).toBe(this.#truth.maxEventTime);
  }

  #indexOf(identifier: string): number {
    return this.#records.findIndex((record) => record.kinesis.sequenceNumber === identifier);
  }
}

function withFaults(store: PaneStore, next: () => Fault): PaneStore {
  const faulty =
    <Args extends unknown[], Answer>(work: (...args: Args) => Promise<Answer>) =>
    async (...args: Args): Promise<Answer> => {
      const fault = next();
      if (fault === 'lost') throw new Error('lost');
      const answer = await work(...args);
      if (fault === 'unanswered') throw new Error('unanswered');
      return answer;
    };
  return {
    readLane: faulty((lane) => store.readLane(lane)),
    writeLane: faulty((...args) => store.writeLane(...args)),
    readPanes: faulty((refs) => store.readPanes(refs)),
    putPane: faulty((...args) => store.putPane(...args)),
  };
}

describe('a lane', () => {
  it('ends exact, whatever is retried, bisected, duplicated, killed, lost, unanswered or stale', async () => {
    await fc.assert(
      fc.asyncProperty(events, fc.array(step, { maxLength: 25 }), async (all, steps) => {
        const lane = new Lane(all);
        const zombies: { readonly due: number; readonly wake: () => Promise<number> }[] = [];
        const wake = async (now: number) => {
          for (const zombie of zombies.filter(({ due }) => due === now)) await zombie.wake();
        };

        for (const [now, what] of steps.entries()) {
          await wake(now);
          if (what.kind === 'deliver') {
            await lane.deliver(what.size, what.killed, what.faults);
          } else if (what.kind === 'duplicate') {
            await lane.invoke(Math.max(0, lane.at - what.back), what.size, lane.store, what.faults);
          } else {
            const [from, store] = [Math.max(0, lane.at - what.back), lane.store.stale()];
            zombies.push({
              due: now + what.delay,
              wake: () => lane.invoke(from, what.size, store, what.faults),
            });
          }
        }
        while (!lane.done) await lane.deliver(7, false);
        for (let now = steps.length; now <= steps.length + 6; now++) await wake(now);

        lane.check();
      }),
      { numRuns: 500 },
    );
  });

  it('ends exact when invocations with overlapping batches run at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        events,
        fc.nat(10),
        fc.array(size, { minLength: 2, maxLength: 3 }),
        async (s, all, first, sizes) => {
          const lane = new Lane(all);
          await lane.deliver(first, false);
          lane.store.turn = () => s.schedule(Promise.resolve());

          const from = lane.at;
          const ends = Promise.all(sizes.map((size) => lane.invoke(from, size, lane.store)));
          await s.waitFor(ends);
          lane.store.turn = () => Promise.resolve();
          // One of them is Lambda's; the others are taken for dead, and their answers are not heard.
          lane.at = (await ends)[0] ?? from;
          while (!lane.done) await lane.deliver(7, false);

          lane.check();
        },
      ),
      { numRuns: 200 },
    );
  });
});
