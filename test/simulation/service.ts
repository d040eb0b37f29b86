import type { SQSClient } from '@aws-sdk/client-sqs';
import { evaluate } from '../../lib/alerts/evaluate.ts';
import { WarmTimers } from '../../lib/alerts/warm-timers.ts';
import { createInterpreter } from '../../lib/fold/interpret.ts';
import { handleAggregate, type AggregateContext } from '../../lib/handle/aggregate.ts';
import { handleEvaluate, type EvaluateHandlerContext } from '../../lib/handle/evaluate.ts';
import { handleNotify, type NotifyContext } from '../../lib/handle/notify.ts';
import type { DispatchContext } from '../../lib/dispatch/run-group.ts';
import type { PartialBatchResponse } from '../../lib/handle/response.ts';
import { sendToQuarantine } from '../../lib/quarantine/sqs-sink.ts';
import type { Quarantine } from '../../lib/quarantine/set-aside.ts';
import type { RedriveContext } from '../../lib/redrive/redrive-batch.ts';
import { DynamoAcknowledgementStore } from '../../lib/store/dynamo-acknowledgement-store.ts';
import { DynamoAlertStore } from '../../lib/store/dynamo-alert-store.ts';
import { DynamoDerivedStore } from '../../lib/store/dynamo-derived-store.ts';
import { DynamoGroupStore } from '../../lib/store/dynamo-group-store.ts';
import { DynamoHistoryStore } from '../../lib/store/dynamo-history-store.ts';
import { DynamoPaneReader } from '../../lib/store/dynamo-pane-reader.ts';
import { DynamoPaneStore } from '../../lib/store/dynamo-pane-store.ts';
import { DynamoRollupStore } from '../../lib/store/dynamo-rollup-store.ts';
import { DynamoSilenceStore } from '../../lib/store/dynamo-silence-store.ts';
import { DynamoTimerStore } from '../../lib/store/dynamo-timer-store.ts';
import type { Dynamo } from '../../lib/store/dynamo.ts';
import { Pacer } from '../../lib/store/pacer.ts';
import { Retry } from '../../lib/store/retry.ts';
import type { Chance } from './chance.ts';
import type { SimClock } from './clock.ts';
import type { Invocation } from './invocation.ts';
import { pipeline, SECOND } from './pipeline.ts';
import { isBatch, type SimDynamo } from './sim-dynamo.ts';
import type { SimQueues } from './sim-queue.ts';

export type FunctionName = 'aggregate' | 'evaluate' | 'notify';
export const QUARANTINE = 'quarantine';
export const FAILURES = 'failures';

/** What the functions talk to. */
export interface Backend {
  readonly clock: SimClock;
  readonly chance: Chance;
  readonly dynamo: SimDynamo;
  readonly queues: SimQueues;
  /** Notices that were published, in order, as JSON. */
  readonly published: string[];
}

// Time enough to report, as a part of the shorter time that simulated invocations have.
const WRITES_END_MS = 2 * SECOND;
const CALLS_END_MS = SECOND;

/** The functions as they are deployed, but for the SDK's clients: every call is one of an invocation's. */
export class Service {
  readonly #backend: Backend;
  readonly #interpret = createInterpreter(pipeline);
  // As an execution environment keeps it warm.
  readonly #pacers = new Map<string, Pacer>();
  readonly #warm = [new WarmTimers(), new WarmTimers(20)];

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async run(name: FunctionName, invocation: Invocation, event: unknown): Promise<PartialBatchResponse> {
    switch (name) {
      case 'aggregate':
        return (await handleAggregate(this.aggregate(invocation), event)).response;
      case 'evaluate':
        return (await handleEvaluate(this.evaluate(invocation), event)).response;
      case 'notify':
        return (await handleNotify(this.notify(invocation), event)).response;
    }
  }

  aggregate(invocation: Invocation): AggregateContext {
    return {
      ...this.redrive(invocation),
      concurrency: 4,
      mayGoOn: () => invocation.remaining() > WRITES_END_MS,
    };
  }

  redrive(invocation: Invocation): RedriveContext {
    const now = (): number => this.#backend.clock.now() + invocation.skew;
    return {
      pipeline,
      interpret: this.#interpret,
      store: new DynamoPaneStore({ ...this.#table(invocation, 'aggregates'), now }),
      quarantine: this.#quarantine(invocation),
      now,
    };
  }

  evaluate(invocation: Invocation): EvaluateHandlerContext {
    const now = (): number => this.#backend.clock.now() + invocation.skew;
    return {
      pipeline,
      panes: new DynamoPaneReader({ ...this.#table(invocation, 'aggregates'), pipeline }),
      alerts: new DynamoAlertStore(this.#table(invocation, 'alerts')),
      timers: this.#timers(invocation),
      rollups: { store: new DynamoRollupStore({ ...this.#table(invocation, 'aggregates'), now }), now },
      derivations: {
        store: new DynamoDerivedStore({ ...this.#table(invocation, 'aggregates'), now }),
        quarantine: this.#quarantine(invocation),
      },
      dispatching: this.#dispatching(invocation),
      warm: this.#backend.chance.pick('container', this.#warm),
      quarantine: this.#quarantine(invocation),
      concurrency: 3,
    };
  }

  notify(invocation: Invocation): NotifyContext {
    const now = (): number => this.#backend.clock.now() + invocation.skew;
    return {
      pipeline,
      panes: new DynamoPaneReader({ ...this.#table(invocation, 'aggregates'), pipeline }),
      alerts: new DynamoAlertStore(this.#table(invocation, 'alerts')),
      timers: this.#timers(invocation),
      dispatching: this.#dispatching(invocation),
      history: new DynamoHistoryStore({ ...this.#table(invocation, 'alerts'), now }),
      publish: async (notice) => {
        await invocation.call('Publish', () => this.#backend.published.push(JSON.stringify(notice)));
      },
      quarantine: this.#quarantine(invocation),
      concurrency: 3,
      mayGoOn: () => invocation.remaining() > WRITES_END_MS,
    };
  }

  /** Does what is due by the clock. */
  async tick(invocation: Invocation): Promise<void> {
    await evaluate(this.evaluate(invocation), []);
  }

  retry(invocation: Invocation): Retry {
    let pacer = this.#pacers.get(invocation.functionName);
    if (pacer === undefined) this.#pacers.set(invocation.functionName, (pacer = new Pacer(4)));
    return new Retry({
      attempts: Infinity,
      mayGoOn: () => invocation.remaining() > CALLS_END_MS,
      pacer,
      sleep: (ms) => invocation.sleep(ms),
      random: () => this.#backend.chance.next('jitter'),
    });
  }

  #timers(invocation: Invocation): DynamoTimerStore {
    return new DynamoTimerStore({
      ...this.#table(invocation, 'timers'),
      newToken: () => this.#backend.chance.name('token'),
    });
  }

  #dispatching(invocation: Invocation): DispatchContext {
    const now = (): number => this.#backend.clock.now() + invocation.skew;
    const table = this.#table(invocation, 'alerts');
    return {
      groups: new DynamoGroupStore(table),
      silences: new DynamoSilenceStore({ ...table, now }),
      acknowledgements: new DynamoAcknowledgementStore(table),
      now,
    };
  }

  #table(
    invocation: Invocation,
    table: string,
  ): { readonly client: Dynamo; readonly table: string; readonly retry: Retry } {
    const send = (command: object): Promise<object> =>
      invocation.call(
        command.constructor.name,
        () => this.#backend.dynamo.perform(command),
        isBatch(command) ? () => this.#backend.dynamo.performInPart(command) : undefined,
      );
    return { client: { send }, table, retry: this.retry(invocation) };
  }

  #quarantine(invocation: Invocation): Quarantine {
    const sqs = {
      send: (command: object) =>
        invocation.call('SendMessageBatch', () => this.#backend.queues.perform(command)),
    } as unknown as SQSClient;
    return (messages) => sendToQuarantine(sqs, QUARANTINE, messages);
  }
}
