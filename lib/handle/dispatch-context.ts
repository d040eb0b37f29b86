import type { DispatchContext } from '../dispatch/run-group.ts';
import { DynamoAcknowledgementStore } from '../store/dynamo-acknowledgement-store.ts';
import { DynamoGroupStore } from '../store/dynamo-group-store.ts';
import { DynamoSilenceStore } from '../store/dynamo-silence-store.ts';
import type { DynamoOptions } from '../store/dynamo.ts';

/** What it takes to tell of alerts over a stage's alerts table, by this machine's clock. */
export function dispatchContext(options: DynamoOptions): DispatchContext {
  return {
    groups: new DynamoGroupStore(options),
    silences: new DynamoSilenceStore({ ...options, now: Date.now }),
    acknowledgements: new DynamoAcknowledgementStore(options),
    now: Date.now,
  };
}
