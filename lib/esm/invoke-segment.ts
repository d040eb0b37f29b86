import type { Outcome, Segment } from './decide.ts';
import { NotInvokedError } from './errors.ts';
import { requestId } from './request-id.ts';
import { readResponse } from './response.ts';
import type { ShardContext } from './shard-context.ts';

/** An invocation that has ended. */
export interface Invocation {
  readonly requestId: string;
  readonly outcome: Outcome;
}

/** Gives a segment's records to the function once. Never rejects: a failure is an outcome. */
export async function invokeSegment(segment: Segment, shard: ShardContext): Promise<Invocation> {
  const id = requestId(shard.random);
  const records = segment.records.length;
  shard.emit({ type: 'invoked', requestId: id, records });
  const outcome = await outcomeOf(segment, id, shard);
  switch (outcome.kind) {
    case 'success':
      shard.emit({ type: 'succeeded', requestId: id, records });
      break;
    case 'refused':
      shard.emit({ type: 'refused', requestId: id, records, reason: outcome.reason });
      break;
    case 'partial': {
      const { from } = outcome;
      shard.emit({ type: 'failed', requestId: id, records, from, reason: 'reported by the function' });
      break;
    }
    case 'failed':
      shard.emit({ type: 'failed', requestId: id, records, reason: outcome.reason });
      break;
  }
  return { requestId: id, outcome };
}

async function outcomeOf({ records }: Segment, id: string, shard: ShardContext): Promise<Outcome> {
  const { aborting: signal, invoke, settings, shardId } = shard;
  let response: unknown;
  try {
    response = await invoke(
      { Records: records.map(({ event }) => event) },
      { requestId: id, shardId, signal },
    );
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    if (error instanceof NotInvokedError) return { kind: 'refused', reason };
    return { kind: 'failed', functionError: 'Unhandled', reason };
  }
  if (!settings.reportBatchItemFailures) return { kind: 'success' };
  const verdict = readResponse(
    response,
    records.map(({ sequenceNumber }) => sequenceNumber),
  );
  return verdict.kind === 'malformed'
    ? { kind: 'failed', functionError: null, reason: verdict.reason }
    : verdict;
}
