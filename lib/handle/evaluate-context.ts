import type { WarmTimers } from '../alerts/warm-timers.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Quarantine } from '../quarantine/set-aside.ts';
import type { RollupContext } from '../rollup/port.ts';
import type { Standstill } from '../standstill/standstill.ts';
import { DynamoAlertStore } from '../store/dynamo-alert-store.ts';
import { DynamoDerivedStore } from '../store/dynamo-derived-store.ts';
import { DynamoPaneReader } from '../store/dynamo-pane-reader.ts';
import { DynamoRollupStore } from '../store/dynamo-rollup-store.ts';
import { DynamoTimerStore } from '../store/dynamo-timer-store.ts';
import type { Dynamo } from '../store/dynamo.ts';
import type { Retry } from '../store/retry.ts';
import { dispatchContext } from './dispatch-context.ts';
import type { EvaluateHandlerContext } from './evaluate.ts';

/** What an evaluation is made of, whoever runs it. */
export interface EvaluateOptions {
  readonly pipeline: Pipeline;
  readonly client: Dynamo;
  /** The tables' names. */
  readonly tables: { readonly aggregates: string; readonly alerts: string; readonly timers: string };
  readonly retry: Retry;
  readonly quarantine: Quarantine;
  /** Told what became of the tiers' panes that are made on the way. */
  readonly onCompacted?: RollupContext['onCompacted'];
  readonly warm?: WarmTimers;
  readonly mayGoOn?: () => boolean;
  /** For whoever comes by the clock. */
  readonly standstill?: Standstill;
}

// As many calls as the tables are asked at once.
const KEYS_AT_ONCE = 32;

/** An evaluation over a stage's tables, by this machine's clock. */
export function evaluateContext(options: EvaluateOptions): EvaluateHandlerContext {
  const { pipeline, client, tables, retry, quarantine, onCompacted, warm, mayGoOn, standstill } = options;
  return {
    pipeline,
    panes: new DynamoPaneReader({
      client,
      table: tables.aggregates,
      retry,
      pipeline,
      ...(standstill === undefined ? {} : { standstill }),
    }),
    alerts: new DynamoAlertStore({ client, table: tables.alerts, retry }),
    timers: new DynamoTimerStore({ client, table: tables.timers, retry }),
    rollups: {
      store: new DynamoRollupStore({ client, table: tables.aggregates, retry, now: Date.now }),
      now: Date.now,
      ...(onCompacted === undefined ? {} : { onCompacted }),
    },
    derivations: {
      store: new DynamoDerivedStore({ client, table: tables.aggregates, retry, now: Date.now }),
      quarantine,
    },
    dispatching: dispatchContext({ client, table: tables.alerts, retry }),
    quarantine,
    concurrency: KEYS_AT_ONCE,
    ...(warm === undefined ? {} : { warm }),
    ...(mayGoOn === undefined ? {} : { mayGoOn }),
  };
}
