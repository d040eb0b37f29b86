import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Dynamo } from '../store/dynamo.ts';
import { DynamoAcknowledgementStore } from '../store/dynamo-acknowledgement-store.ts';
import { DynamoAlertStore } from '../store/dynamo-alert-store.ts';
import { DynamoHistoryStore } from '../store/dynamo-history-store.ts';
import { DynamoSilenceStore } from '../store/dynamo-silence-store.ts';
import type { Retry } from '../store/retry.ts';
import type { AlertContext } from './alert-context.ts';

/** Where a stage's alerts are. */
export interface DynamoContextOptions {
  readonly pipeline: Pipeline;
  readonly client: Dynamo;
  /** The alerts table. */
  readonly table: string;
  /** How persistently calls are made; a few times, unless given. */
  readonly retry?: Retry;
  readonly now: () => number;
  readonly newId: () => string;
}

/** What it takes to tell of the alerts of a stage. */
export function dynamoAlertContext({ pipeline, now, newId, ...dynamo }: DynamoContextOptions): AlertContext {
  const options = { ...dynamo, now };
  return {
    pipeline,
    alerts: new DynamoAlertStore(options),
    history: new DynamoHistoryStore(options),
    silences: new DynamoSilenceStore(options),
    acknowledgements: new DynamoAcknowledgementStore(options),
    now,
    newId,
  };
}
