import { BatchGetItemCommand, type BatchGetItemCommandOutput } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { createInterpreter } from '../../lib/fold/interpret.ts';
import { handleAggregate, type AggregateReport } from '../../lib/handle/aggregate.ts';
import { writesIn } from '../../lib/handle/invocation.ts';
import type { QuarantineMessage } from '../../lib/quarantine/message.ts';
import { DynamoPaneStore } from '../../lib/store/dynamo-pane-store.ts';
import type { Dynamo } from '../../lib/store/dynamo.ts';
import { readPaneItemKey } from '../../lib/store/keys.ts';
import { Pacer } from '../../lib/store/pacer.ts';
import type { Item } from '../../lib/store/pane-item.ts';
import { Retry } from '../../lib/store/retry.ts';
import { Chance } from '../simulation/chance.ts';
import { SimClock } from '../simulation/clock.ts';
import { SimDynamo } from '../simulation/sim-dynamo.ts';
import { bruteForce, contentOf, stored, type TestEvent } from '../support/brute-force.ts';
import { kinesisRecord, LANE, sequence } from '../support/kinesis.ts';
import { MemoryPaneStore } from '../support/memory-pane-store.ts';
import { pipeline } from '../support/pipeline.ts';

const TABLE = 'aggregates';
const RECORDS = 1_000;
const SECOND = 1_000;
const CALL_MS = 5;
// As `retryIn` has it, but for time that passes at once.
const CALLS_END_MS = 5 * SECOND;

/** Events of forty pages over ten minutes: some hundred panes of each aggregate, some records late, a few bad. */
function eventsBy(chance: Chance): TestEvent[] {
  return Array.from({ length: RECORDS }, (_, n) => ({
    half: Math.max(0, Math.floor((n / RECORDS) * 20) - (chance.next('is late') < 0.1 ? 6 : 0)),
    page: `page ${chance.int('page', 0, 39)}`,
    ms: chance.int('ms', 0, 1_000),
    bad: chance.next('is bad') < 0.01,
  }));
}

/** A lane over a DynamoDB that throttles half of what it is asked, by a seed, in time that passes at once. */
class ThrottledLane {
  readonly events: readonly TestEvent[];
  readonly truth: ReturnType<typeof bruteForce>;
  readonly aside: QuarantineMessage[] = [];
  throttled = 0;
  unprocessed = 0;
  readonly #clock = new SimClock(0);
  readonly #chance: Chance;
  readonly #dynamo = new SimDynamo(this.#clock, () => undefined);
  readonly #pacer = new Pacer(64);

  constructor(seed: number) {
    this.#chance = new Chance(seed);
    this.events = eventsBy(this.#chance);
    this.truth = bruteForce(this.events);
    this.#dynamo.create(TABLE, { streamed: false });
  }

  get now(): number {
    return this.#clock.now();
  }

  /** One invocation with the records from one on, as Lambda makes it. */
  async invoke(from: number, timeoutMs: number): Promise<AggregateReport> {
    const ends = this.now + timeoutMs;
    const report = await handleAggregate(
      {
        pipeline,
        interpret: createInterpreter(pipeline),
        store: new DynamoPaneStore({
          client: { send: (command: object) => this.#send(command) } as Dynamo,
          table: TABLE,
          now: () => this.now,
          retry: new Retry({
            attempts: Infinity,
            mayGoOn: () => ends - this.now > CALLS_END_MS,
            pacer: this.#pacer,
            sleep: (ms) => this.#clock.sleep(ms),
            random: () => this.#chance.next('jitter'),
          }),
        }),
        quarantine: (messages) => {
          this.aside.push(...messages);
          return Promise.resolve();
        },
        concurrency: 64,
        mayGoOn: writesIn({ getRemainingTimeInMillis: () => ends - this.now }),
      },
      { Records: this.events.slice(from).map((event, n) => kinesisRecord(from + n, contentOf(event))) },
    );
    expect(this.now).toBeLessThan(ends);
    return report;
  }

  /** The first record that is not in all the panes where it belongs. */
  firstMissing(): number {
    const items = this.#items();
    const isIn = (n: number, id: string) => (items.get(id)?.mark?.S ?? '') >= sequence(n);
    const missing = this.truth.homes.findIndex((homes, n) => homes.some((id) => !isIn(n, id)));
    return missing === -1 ? RECORDS : missing;
  }

  indexOf(identifier: string): number {
    return this.events.findIndex((_, n) => sequence(n) === identifier);
  }

  /** Every pane as a brute-force fold gives it, and everything else told of once. */
  check(): void {
    expect(stored(new MemoryPaneStore(this.#items()))).toEqual(this.truth.panes);
    const told = this.aside.map(
      ({ origin, reason, aggregates = [] }) =>
        `${origin.sequence ?? ''} ${[reason, aggregates.join()].join(' ').trim()}`,
    );
    expect([...new Set(told)].sort()).toEqual(this.truth.aside);
    expect(this.#items().get(LANE)).toMatchObject({
      mark: { S: sequence(RECORDS - 1) },
      max: { N: String(this.truth.maxEventTime) },
    });
  }

  async #send(command: object): Promise<object> {
    await this.#clock.sleep(CALL_MS);
    if (this.#chance.next('throttle') < 0.5) {
      this.throttled++;
      throw Object.assign(new Error('slow down'), { name: 'ProvisionedThroughputExceededException' });
    }
    if (!(command instanceof BatchGetItemCommand)) return this.#dynamo.perform(command);
    const { Keys: keys = [] } = command.input.RequestItems?.[TABLE] ?? {};
    const taken = keys.filter(() => this.#chance.next('key') < 0.5);
    const left = keys.filter((key) => !taken.includes(key));
    this.unprocessed += left.length;
    const answer = this.#dynamo.perform(
      new BatchGetItemCommand({ RequestItems: { [TABLE]: { Keys: taken } } }),
    );
    return {
      ...(answer as BatchGetItemCommandOutput),
      UnprocessedKeys: left.length === 0 ? {} : { [TABLE]: { Keys: left } },
    };
  }

  /** Items under the names that a store in memory gives them. */
  #items(): Map<string, Item> {
    return new Map(
      [...this.#dynamo.items(TABLE)].map((item) => {
        const [pk, sk] = [item.pk?.S ?? '', item.sk?.S ?? ''];
        const pane = readPaneItemKey({ pk, sk });
        return [pane ? `${pane.aggregate}|${pane.key}|${pane.start}|${pane.lane}` : sk, item];
      }),
    );
  }
}

const SEEDS = Array.from({ length: 8 }, (_, i) => i + 1);

describe('a batch of 1,000 records, where half of all calls are throttled', () => {
  it.each(SEEDS)('is applied whole by one invocation that has the time (seed %d)', async (seed) => {
    const lane = new ThrottledLane(seed);

    const report = await lane.invoke(0, 60 * SECOND);

    expect(report).toMatchObject({ records: RECORDS, errors: [], response: { batchItemFailures: [] } });
    expect(report.panesWritten).toBeGreaterThan(400);
    expect(lane.throttled).toBeGreaterThan(300);
    expect(lane.unprocessed).toBeGreaterThan(100);
    lane.check();
    expect(lane.aside).toHaveLength(lane.truth.aside.length);
  });

  it('is reported from the lowest record that is not applied where time is short, and finished by the next', async () => {
    let begun = 0;
    for (const seed of SEEDS) {
      const lane = new ThrottledLane(seed);
      let from = 0;
      let invocations = 0;
      while (from < RECORDS) {
        // Two seconds for reads and writes; as often as not there is no time left for a write.
        const report = await lane.invoke(from, 9 * SECOND);

        expect(++invocations).toBeLessThan(300);
        const [failed] = report.response.batchItemFailures;
        const next = failed === undefined ? RECORDS : lane.indexOf(failed.itemIdentifier);
        expect(next, `seed ${seed}`).toBe(report.panesWritten === 0 ? from : lane.firstMissing());
        if (failed !== undefined && report.panesWritten > 0) begun++;
        from = next;
      }
      lane.check();
    }
    expect(begun).toBeGreaterThan(0);
  });
});
