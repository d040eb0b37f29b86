import type { Outcome, Segment } from './decide.ts';
import { NotInvokedError } from './errors.ts';
import { requestId } from './request-id.ts';
import { readResponse } from './response.ts';
import type { LaneContext, StreamEvent } from './shard-context.ts';
import { readState, windowProperties } from './tumbling-window.ts';

/** An invocation that has ended. */
export interface Invocation {
  readonly requestId: string;
  readonly outcome: Outcome;
  /** Of a tumbling window, in the answer. */
  readonly state?: object;
}

/** How an invocation ends a tumbling window. */
export interface WindowEnd {
  readonly final: boolean;
  readonly early: boolean;
}

/** Gives a segment's records to the function once. Never rejects: a failure is an outcome. */
export async function invokeSegment(
  segment: Segment,
  context: LaneContext,
  end?: WindowEnd,
): Promise<Invocation> {
  const id = requestId(context.random);
  const records = segment.records.length;
  context.emit({ type: 'invoked', requestId: id, records });
  const answer = await answerTo(segment, id, context, end);
  const { outcome } = answer;
  switch (outcome.kind) {
    case 'success':
      context.emit({ type: 'succeeded', requestId: id, records });
      break;
    case 'refused':
      context.emit({ type: 'refused', requestId: id, records, reason: outcome.reason });
      break;
    case 'partial': {
      const { from } = outcome;
      context.emit({ type: 'failed', requestId: id, records, from, reason: 'reported by the function' });
      break;
    }
    case 'failed':
      context.emit({ type: 'failed', requestId: id, records, reason: outcome.reason });
      break;
  }
  return { requestId: id, ...answer };
}

async function answerTo(
  { records }: Segment,
  id: string,
  context: LaneContext,
  end?: WindowEnd,
): Promise<Omit<Invocation, 'requestId'>> {
  const { aborting: signal, invoke, lane, settings, shardId } = context;
  const about = { shardId, eventSourceARN: settings.sourceArn.text };
  const event: StreamEvent = {
    Records: records.map(({ event }) => event),
    ...(lane.window && windowProperties(lane.window, about, end)),
  };
  let response: unknown;
  try {
    response = await invoke(event, { requestId: id, shardId, signal });
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    if (error instanceof NotInvokedError) return { outcome: { kind: 'refused', reason } };
    return { outcome: { kind: 'failed', functionError: 'Unhandled', reason } };
  }
  const outcome = outcomeOf(response, records, settings.reportBatchItemFailures);
  if (!lane.window || outcome.kind === 'failed') return { outcome };
  const verdict = readState(response);
  return verdict.kind === 'state'
    ? { outcome, state: verdict.state }
    : { outcome: senseless(verdict.reason) };
}

function outcomeOf(response: unknown, records: Segment['records'], reportsFailures: boolean): Outcome {
  if (!reportsFailures) return { kind: 'success' };
  const verdict = readResponse(
    response,
    records.map(({ sequenceNumber }) => sequenceNumber),
  );
  return verdict.kind === 'malformed' ? senseless(verdict.reason) : verdict;
}

/** The function did not throw, and its answer cannot be understood. */
function senseless(reason: string): Outcome {
  return { kind: 'failed', functionError: null, reason };
}
