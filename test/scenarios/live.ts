import type { AlertState } from '../../lib/alerts/state.ts';
import { WarmTimers } from '../../lib/alerts/warm-timers.ts';
import { noticeId, type Notice } from '../../lib/dispatch/notice.ts';
import type { DispatchContext } from '../../lib/dispatch/run-group.ts';
import { createInterpreter, type Interpreter } from '../../lib/fold/interpret.ts';
import { handleAggregate } from '../../lib/handle/aggregate.ts';
import { handleEvaluate, type EvaluateHandlerContext } from '../../lib/handle/evaluate.ts';
import { handleNotify, type NotifyContext } from '../../lib/handle/notify.ts';
import { handleTick } from '../../lib/handle/tick.ts';
import type { Standstill } from '../../lib/standstill/standstill.ts';
import { readGiven } from '../../lib/store/alert-item.ts';
import { DynamoAcknowledgementStore } from '../../lib/store/dynamo-acknowledgement-store.ts';
import { DynamoAlertStore } from '../../lib/store/dynamo-alert-store.ts';
import { DynamoGroupStore } from '../../lib/store/dynamo-group-store.ts';
import { DynamoHistoryStore } from '../../lib/store/dynamo-history-store.ts';
import { DynamoPaneReader } from '../../lib/store/dynamo-pane-reader.ts';
import { DynamoPaneStore } from '../../lib/store/dynamo-pane-store.ts';
import { DynamoTimerStore } from '../../lib/store/dynamo-timer-store.ts';
import type { Dynamo } from '../../lib/store/dynamo.ts';
import { SimClock } from '../simulation/clock.ts';
import { SimDynamo } from '../simulation/sim-dynamo.ts';
import { kinesisRecord } from '../support/kinesis.ts';
import { noDerivations } from '../support/memory-derived.ts';
import { noRollups } from '../support/memory-rollups.ts';
import type { Course } from './replayed.ts';
import { MINUTE, T0, type Report, type Scenario } from './scenario.ts';

/** How the functions come to work. */
export interface Pace {
  /** Reports of so many minutes come in one batch. */
  readonly minutes: number;
  /** Whether there is a tick in each minute of the recording, and not in the silence after it alone. */
  readonly isOnTime: boolean;
  /** Whether execution environments are lost and batches come twice. */
  readonly restarts: boolean;
}

/** The scenario run by the deployed handlers, over tables and streams in memory, batch by batch and tick by tick. */
export async function live(scenario: Scenario, pace: Pace): Promise<Course> {
  const service = new LiveService(scenario, pace);
  await service.run();
  return service.course();
}

const STREAM_ARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/events';
const TABLES = ['aggregates', 'alerts'] as const;
type Table = (typeof TABLES)[number];

class LiveService {
  readonly #scenario: Scenario;
  readonly #pace: Pace;
  readonly #dynamo: SimDynamo;
  readonly #interpret: Interpreter;
  readonly #transitions: AlertState[] = [];
  readonly #notices = new Map<string, Notice>();
  /** How far each shard of a table's stream has been read. */
  readonly #read = new Map<string, string>();
  #warm = new WarmTimers();
  #now = T0;
  #records = 0;
  #tokens = 0;

  constructor(scenario: Scenario, pace: Pace) {
    this.#scenario = scenario;
    this.#pace = pace;
    this.#interpret = createInterpreter(scenario.pipeline);
    this.#dynamo = new SimDynamo(new SimClock(T0), ({ table, after }) => {
      if (table === 'alerts' && after?.status !== undefined && after.rev !== undefined) {
        this.#transitions.push(...readGiven(after));
      }
    });
    for (const table of TABLES) this.#dynamo.create(table, { streamed: true });
    this.#dynamo.create('timers', { streamed: false });
  }

  course(): Course {
    return { transitions: this.#transitions, notices: [...this.#notices.values()] };
  }

  async run(): Promise<void> {
    const end = T0 + this.#scenario.until * MINUTE;
    for (const batch of this.#batches()) {
      const last = Math.max(...batch.map(({ at }) => at));
      if (this.#pace.isOnTime) await this.#tickUntil(last);
      this.#now = Math.max(this.#now, last);
      await this.#put(batch);
    }
    await this.#tickUntil(end);
  }

  /** Reports that come within some minutes, as their order says. */
  #batches(): Report[][] {
    const batches: Report[][] = [];
    let end = -Infinity;
    for (const report of this.#scenario.reports) {
      // One that is late comes by itself.
      const isLate = report.at < end - this.#pace.minutes * MINUTE;
      if (report.at >= end || isLate) {
        batches.push([]);
        if (!isLate) end = (Math.floor(report.at / MINUTE) + this.#pace.minutes) * MINUTE;
      }
      batches.at(-1)?.push(report);
    }
    return batches;
  }

  async #tickUntil(end: number): Promise<void> {
    for (let at = Math.ceil((this.#now + 1) / MINUTE) * MINUTE; at <= end; at += MINUTE) await this.#tick(at);
  }

  async #tick(now: number): Promise<void> {
    this.#now = now;
    const { errors } = await handleTick({
      pipeline: this.#scenario.pipeline,
      now: () => this.#now,
      hasUnread: () => Promise.resolve(false),
      evaluationWith: (standstill) => this.#evaluate(standstill),
    });
    if (errors.length > 0) throw errors[0];
    await this.#pump();
  }

  async #put(reports: readonly Report[]): Promise<void> {
    const records = reports.map((report) => ({
      ...kinesisRecord(++this.#records, report, { arrival: this.#now }),
      eventSourceARN: STREAM_ARN,
    }));
    const twice = this.#pace.restarts ? 2 : 1;
    for (let time = 0; time < twice; time++) {
      const { errors } = await handleAggregate(
        {
          pipeline: this.#scenario.pipeline,
          interpret: this.#interpret,
          store: new DynamoPaneStore({ ...this.#table('aggregates'), now: () => this.#now }),
          quarantine: () => Promise.resolve(),
          concurrency: 4,
          mayGoOn: () => true,
        },
        { Records: records },
      );
      if (errors.length > 0) throw errors[0];
    }
    await this.#pump();
  }

  /** Lets the functions work off the tables' streams. */
  async #pump(): Promise<void> {
    for (let isNews = true; isNews;) {
      isNews = false;
      for (const table of TABLES) {
        for (const shard of this.#dynamo.streams.get(table)?.openShards ?? []) {
          isNews = (await this.#workOff(table, shard)) || isNews;
        }
      }
    }
  }

  async #workOff(table: Table, shard: string): Promise<boolean> {
    const stream = this.#dynamo.streams.get(table);
    const name = `${table}/${shard}`;
    const page = await stream?.getRecords(shard, this.#read.get(name) ?? '0');
    if (page === undefined || page.records.length === 0) return false;
    const event = { Records: page.records.map((record) => record.event) };
    const twice = this.#pace.restarts ? 2 : 1;
    for (let time = 0; time < twice; time++) {
      if (this.#pace.restarts) this.#warm = new WarmTimers();
      const { errors } = await (table === 'aggregates'
        ? handleEvaluate(this.#evaluate(), event)
        : handleNotify(this.#notify(), event));
      if (errors.length > 0) throw errors[0];
    }
    this.#read.set(name, page.nextIterator ?? '');
    return true;
  }

  #table(table: string): { readonly client: Dynamo; readonly table: string } {
    return { client: { send: (command) => Promise.resolve(this.#dynamo.perform(command)) }, table };
  }

  #dispatching(): DispatchContext {
    const { silences = [] } = this.#scenario;
    return {
      groups: new DynamoGroupStore(this.#table('alerts')),
      silences: { list: (time) => Promise.resolve(silences.filter(({ end }) => end > time)) },
      acknowledgements: new DynamoAcknowledgementStore(this.#table('alerts')),
      now: () => this.#now,
    };
  }

  #evaluate(standstill?: Standstill): EvaluateHandlerContext {
    const { pipeline } = this.#scenario;
    return {
      pipeline,
      panes: new DynamoPaneReader({
        ...this.#table('aggregates'),
        pipeline,
        ...(standstill && { standstill }),
      }),
      alerts: new DynamoAlertStore(this.#table('alerts')),
      timers: new DynamoTimerStore({ ...this.#table('timers'), newToken: () => String(this.#tokens++) }),
      rollups: noRollups,
      derivations: noDerivations,
      dispatching: this.#dispatching(),
      warm: this.#warm,
      quarantine: () => Promise.resolve(),
      concurrency: 4,
    };
  }

  #notify(): NotifyContext {
    const { pipeline, panes, alerts, timers, dispatching } = this.#evaluate();
    return {
      pipeline,
      panes,
      alerts,
      timers,
      dispatching,
      history: new DynamoHistoryStore({ ...this.#table('alerts'), now: () => this.#now }),
      publish: (notice) => {
        const [id, before] = [noticeId(notice), this.#notices.get(noticeId(notice))];
        if (before !== undefined && JSON.stringify(before) !== JSON.stringify(notice)) {
          throw new Error(`notice ${id} came twice, and not as the same`);
        }
        this.#notices.set(id, notice);
        return Promise.resolve();
      },
      quarantine: () => Promise.resolve(),
      concurrency: 4,
      mayGoOn: () => true,
    };
  }
}
