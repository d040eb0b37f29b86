import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Dynamo } from '../store/dynamo.ts';
import { DynamoAcknowledgementStore } from '../store/dynamo-acknowledgement-store.ts';
import { DynamoAlertStore } from '../store/dynamo-alert-store.ts';
import { DynamoHistoryStore } from '../store/dynamo-history-store.ts';
import { DynamoSilenceStore } from '../store/dynamo-silence-store.ts';
import { DynamoTimerStore } from '../store/dynamo-timer-store.ts';
import { Retry } from '../store/retry.ts';
import type { AlertContext } from './alert-context.ts';

/** Where a stage's alerts are. */
export interface DynamoContextOptions {
  readonly pipeline: Pipeline;
  readonly client: Dynamo;
  /** Names of the tables. */
  readonly tables: { readonly alerts: string; readonly timers: string };
  /** How persistently calls are made; a few times, unless given. */
  readonly retry?: Retry;
  readonly now: () => number;
  readonly newId: () => string;
}

/** What it takes to tell of the alerts of a stage. */
export function dynamoAlertContext({
  pipeline,
  client,
  tables,
  retry = new Retry(),
  now,
  newId,
}: DynamoContextOptions): AlertContext {
  const options = { client, table: tables.alerts, retry, now };
  return {
    pipeline,
    alerts: new DynamoAlertStore(options),
    history: new DynamoHistoryStore(options),
    silences: new DynamoSilenceStore(options),
    acknowledgements: new DynamoAcknowledgementStore(options),
    timers: new DynamoTimerStore({ client, table: tables.timers, retry }),
    now,
    newId,
  };
}
