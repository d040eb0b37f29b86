import {
  readFailedBatch,
  FailedBatchError,
  type FailedBatch,
  type FailedBatchObject,
} from './failed-batch.ts';
import { describeRedriven } from './describe-redriven.ts';
import { keepForeign } from './foreign-stream.ts';
import { kept, repaired, type Outcome } from './outcome.ts';
import { redriveRange } from './redrive-batch.ts';
import { redriveChanges, type ChangesContext } from './redrive-changes.ts';
import type { QuarantinedContext } from './redrive-quarantined.ts';

/** What it takes to repair whatever Lambda gave up on. */
export interface FailureContext extends QuarantinedContext {
  readonly changes: ChangesContext;
  /** Reads an object of S3 as text. */
  readonly fetch: (object: FailedBatchObject) => Promise<string>;
}

/**
 * Repairs what an on-failure message tells of.
 *
 * @throws {FailedBatchError} if it is no on-failure message
 * @throws what the stores, streams and queues reject with; it may be done again then
 */
export async function redriveFailure(context: FailureContext, body: string): Promise<Outcome> {
  const failed = await batchOf(context, body);
  const { source, streamArn, shardId, first, last } = failed;
  if (source === 'dynamodb') return redriveChanges(context.changes, context.open(streamArn, shardId), failed);
  const foreign = keepForeign(context.eventStreams, streamArn);
  if (foreign !== undefined) return foreign;
  const range = context.open(streamArn, shardId);
  const redriven = await redriveRange(context, { range, first, last, givenUp: true });
  return redriven.kind === 'kept' ? kept(redriven.detail) : repaired(describeRedriven(redriven));
}

async function batchOf({ fetch }: FailureContext, body: string): Promise<FailedBatch> {
  const message = readFailedBatch(body);
  if (!('bucket' in message)) return message;
  const inObject = readFailedBatch(await fetch(message));
  if ('bucket' in inObject)
    throw new FailedBatchError(`the object ${message.key} of ${message.bucket} is no on-failure message`);
  return inObject;
}
