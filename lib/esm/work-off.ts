import { backoffMs } from './backoff.ts';
import { closeWindow } from './close-window.ts';
import { countInvocation } from './count-invocation.ts';
import type { Decision, Outcome, Segment } from './decide.ts';
import { decide, partExpired } from './decide.ts';
import { giveUp } from './give-up.ts';
import { invokeSegment } from './invoke-segment.ts';
import type { LaneContext } from './shard-context.ts';
import type { StreamRecord } from './sources/source.ts';
import { windowOf } from './tumbling-window.ts';

/**
 * Gives a batch to the function until each of its records has succeeded or been given up, in order, and moves the
 * checkpoint along. Returns early when the engine stops; the checkpoint then tells how far it came.
 */
export async function workOff(batch: readonly StreamRecord[], context: LaneContext): Promise<void> {
  const { clock, lane, settings, tally } = context;
  const left: Segment[] = [{ records: batch, failures: 0, refusals: 0 }];

  while (!context.stopping.aborted) {
    if (lane.isStateTooLarge) {
      await closeWindow(context, { early: true });
      continue;
    }
    const next = left.shift();
    if (!next) return;
    const { expired, rest } = partExpired(next, clock.now(), settings.maximumRecordAgeMs);
    if (expired) {
      await giveUp(expired, 'RecordAgeExceeded', null, context);
      await dealtWith(expired.records, context);
    }
    if (!rest) continue;

    if (rest.requestId !== undefined) tally.retries += 1;
    openWindow(rest, context);
    const invocation = await invokeSegment(rest, context);
    // Nobody waited for the answer: whether the records succeeded is not known.
    if (context.aborting.aborted) return;
    countInvocation(invocation, tally);
    const { outcome, requestId } = invocation;
    const tried = outcome.kind === 'refused' ? rest : { ...rest, requestId };
    // No wait until the records are dealt with: else a checkpoint could hold the state without them.
    if (lane.window && invocation.state) lane.window = { ...lane.window, state: invocation.state };
    left.unshift(...(await carryOut(decide(tried, outcome, settings), tried, outcome, context)));
  }
}

function openWindow({ records: [first] }: Segment, { lane, settings }: LaneContext): void {
  if (settings.tumblingWindowMs === 0 || lane.window || !first) return;
  lane.window = windowOf(first.arrivalMs, settings.tumblingWindowMs);
}

/** Does what was decided and returns what is to come next. */
async function carryOut(
  decision: Decision,
  segment: Segment,
  outcome: Outcome,
  context: LaneContext,
): Promise<readonly Segment[]> {
  await dealtWith(segment.records.slice(0, decision.done), context);
  switch (decision.kind) {
    case 'done':
      return [];
    case 'discard': {
      const functionError = outcome.kind === 'failed' ? outcome.functionError : null;
      await giveUp(decision.rest, 'RetryAttemptsExhausted', functionError, context);
      await dealtWith(decision.rest.records, context);
      return [];
    }
    case 'bisect':
      context.emit({ type: 'bisected', parts: decision.parts.map(({ records }) => records.length) });
      return decision.parts;
    case 'retry':
      await pause(decision.rest, context);
      return [decision.rest];
  }
}

/** Waits before an attempt, but not longer than the first record has left to live. */
async function pause(rest: Segment, context: LaneContext): Promise<void> {
  const { backoff, clock, random, settings, stopping } = context;
  const arrivalMs = rest.records[0]?.arrivalMs ?? 0;
  const expiresInMs = arrivalMs + settings.maximumRecordAgeMs + 1 - clock.now();
  const wanted = backoffMs(backoff, rest.refusals || rest.failures, random);
  const delayMs = Math.max(0, Math.min(wanted, expiresInMs));
  context.emit({ type: 'retrying', records: rest.records.length, delayMs, failures: rest.failures });
  await clock.sleep(delayMs, stopping);
}

async function dealtWith(records: readonly StreamRecord[], context: LaneContext): Promise<void> {
  const last = records.at(-1);
  if (!last) return;
  context.tally.iteratorAgeMs = Math.max(0, context.clock.now() - last.arrivalMs);
  await context.progress.dealtWith(records, context.lane);
}
