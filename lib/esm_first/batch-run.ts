import type { Clock } from './clock.ts';
import { decide, type Work } from './decide.ts';
import type { EngineEvent } from './events.ts';
import { failureMessage, type Discarded } from './failure-message.ts';
import type { Invocation, Invoke } from './invoke.ts';
import { readResponse, type Verdict } from './response.ts';
import type { Settings } from './settings.ts';
import type { ShardRecord } from './source.ts';

/** What it takes to see a batch through. */
export interface BatchContext {
  readonly settings: Settings;
  readonly invoke: Invoke;
  readonly clock: Clock;
  /** A number from 0 inclusive to 1 exclusive. */
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Sends a message to the on-failure destination. */
  readonly sendFailure: (message: Record<string, unknown>) => Promise<void>;
  readonly onEvent: (event: EngineEvent) => void;
}

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 60_000;

/**
 * Gives a batch to the function until every record of it is dealt with: done, or sent to the on-failure destination.
 *
 * @returns false if the engine was stopped before
 */
export async function runBatch(
  context: BatchContext,
  shard: string,
  batch: readonly ShardRecord[],
): Promise<boolean> {
  const queue: Work[] = [{ start: 0, end: batch.length, retries: 0, invocations: 0 }];
  let failures = 0;
  let lastRequest = '';
  for (let work = queue.shift(); work !== undefined; work = queue.shift()) {
    if (context.signal.aborted) return false;
    const young = await discardOld(context, shard, batch, work, lastRequest);
    if (young.start === young.end) continue;
    const given = { ...young, invocations: young.invocations + 1 };
    const { invocation, verdict } = await invokeOnce(context, shard, batch.slice(given.start, given.end));
    lastRequest = invocation.requestId;
    const decision = decide(context.settings, given, verdict);
    queue.unshift(...decision.next);
    if (decision.discard !== undefined) {
      await discard(context, batch, decision.discard, {
        condition: 'RetryAttemptsExhausted',
        shard,
        requestId: lastRequest,
        threw: invocation.error !== undefined,
      });
    }
    failures = verdict.type === 'success' ? 0 : failures + 1;
    if (decision.backOff) await context.clock.sleep(delayAfter(failures, context.random), context.signal);
  }
  return true;
}

/** Exponential back-off with full jitter. https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ */
function delayAfter(failures: number, random: () => number): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1)) * (0.5 + random() / 2);
}

/** Gives up on the records at the beginning that have grown too old. */
async function discardOld(
  context: BatchContext,
  shard: string,
  batch: readonly ShardRecord[],
  work: Work,
  requestId: string,
): Promise<Work> {
  const oldest = context.clock.now() - context.settings.maximumRecordAgeMs;
  let start = work.start;
  while (start < work.end && (batch[start]?.arrival ?? Infinity) < oldest) start++;
  if (start > work.start) {
    const old = { ...work, end: start, invocations: Math.max(1, work.invocations) };
    await discard(context, batch, old, { condition: 'RecordAgeExceeded', shard, requestId, threw: false });
  }
  return { ...work, start };
}

async function discard(
  context: BatchContext,
  batch: readonly ShardRecord[],
  work: Work,
  reason: Pick<Discarded, 'condition' | 'shard' | 'requestId' | 'threw'>,
): Promise<void> {
  const records = batch.slice(work.start, work.end);
  const { settings, clock, onEvent } = context;
  if (settings.onFailureArn !== undefined) {
    const message = failureMessage(settings, {
      ...reason,
      records,
      invocations: work.invocations,
      at: clock.now(),
    });
    await context.sendFailure(message);
  }
  onEvent({ type: 'discarded', shard: reason.shard, records: records.length, condition: reason.condition });
}

async function invokeOnce(
  context: BatchContext,
  shard: string,
  records: readonly ShardRecord[],
): Promise<{ readonly invocation: Invocation; readonly verdict: Verdict }> {
  const { settings, clock, onEvent } = context;
  onEvent({ type: 'invoked', shard, records: records.length });
  const invocation = await context.invoke({ Records: records.map((record) => record.payload) });
  const verdict = verdictOf(settings, invocation, records);
  if (verdict.type === 'success') {
    const iteratorAgeMs = clock.now() - (records.at(-1)?.arrival ?? clock.now());
    onEvent({ type: 'succeeded', shard, records: records.length, iteratorAgeMs });
  } else {
    onEvent({ type: 'failed', shard, records: records.length, error: invocation.error });
  }
  return { invocation, verdict };
}

function verdictOf(
  settings: Settings,
  { error, answer }: Invocation,
  records: readonly ShardRecord[],
): Verdict {
  if (error !== undefined) return { type: 'failed' };
  if (!settings.partialResponses) return { type: 'success' };
  return readResponse(
    answer,
    records.map((record) => record.sequence),
  );
}
