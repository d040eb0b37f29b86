import { backoffMs } from './backoff.ts';
import type { Decision, Segment } from './decide.ts';
import { decide, partExpired } from './decide.ts';
import { giveUp } from './give-up.ts';
import type { Invocation } from './invoke-segment.ts';
import { invokeSegment } from './invoke-segment.ts';
import type { ShardContext } from './shard-context.ts';
import type { StreamRecord } from './sources/source.ts';

/**
 * Gives a batch to the function until each of its records has succeeded or been given up, in order, and moves the
 * checkpoint along. Returns early when the engine stops; the checkpoint then tells how far it came.
 */
export async function workOff(batch: readonly StreamRecord[], shard: ShardContext): Promise<void> {
  const { clock, settings, tally } = shard;
  const left: Segment[] = [{ records: batch, failures: 0, refusals: 0 }];
  let last: Invocation | undefined;

  while (!shard.stopping.aborted) {
    const next = left.shift();
    if (!next) return;
    const { expired, rest } = partExpired(next, clock.now(), settings.maximumRecordAgeMs);
    if (expired) {
      await giveUp(expired, 'RecordAgeExceeded', last, shard);
      await moveCheckpoint(expired.records, shard);
    }
    if (!rest) continue;

    if (last) tally.retries += 1;
    const invocation = await invokeSegment(rest, shard);
    // Nobody waited for the answer: whether the records succeeded is not known.
    if (shard.aborting.aborted) return;
    count(invocation, shard);
    if (invocation.outcome.kind !== 'refused') last = invocation;
    left.unshift(...(await carryOut(decide(rest, invocation.outcome, settings), rest, invocation, shard)));
  }
}

/** Does what was decided and returns what is to come next. */
async function carryOut(
  decision: Decision,
  segment: Segment,
  invocation: Invocation,
  shard: ShardContext,
): Promise<readonly Segment[]> {
  await moveCheckpoint(segment.records.slice(0, decision.done), shard);
  switch (decision.kind) {
    case 'done':
      return [];
    case 'discard':
      await giveUp(decision.rest, 'RetryAttemptsExhausted', invocation, shard);
      await moveCheckpoint(decision.rest.records, shard);
      return [];
    case 'bisect':
      shard.emit({ type: 'bisected', parts: decision.parts.map(({ records }) => records.length) });
      return decision.parts;
    case 'retry':
      await pause(decision.rest, shard);
      return [decision.rest];
  }
}

/** Waits before an attempt, but not longer than the first record has left to live. */
async function pause(rest: Segment, shard: ShardContext): Promise<void> {
  const { backoff, clock, random, settings, stopping } = shard;
  const arrivalMs = rest.records[0]?.arrivalMs ?? 0;
  const expiresInMs = arrivalMs + settings.maximumRecordAgeMs + 1 - clock.now();
  const wanted = backoffMs(backoff, rest.refusals || rest.failures, random);
  const delayMs = Math.max(0, Math.min(wanted, expiresInMs));
  shard.emit({ type: 'retrying', records: rest.records.length, delayMs, failures: rest.failures });
  await clock.sleep(delayMs, stopping);
}

async function moveCheckpoint(dealtWith: readonly StreamRecord[], shard: ShardContext): Promise<void> {
  const last = dealtWith.at(-1);
  if (!last) return;
  const { sequenceNumber, arrivalMs } = last;
  await shard.checkpoints.save(shard.shardId, { type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber });
  shard.tally.checkpoint = sequenceNumber;
  shard.tally.iteratorAgeMs = Math.max(0, shard.clock.now() - arrivalMs);
}

function count({ outcome }: Invocation, { tally }: ShardContext): void {
  if (outcome.kind === 'refused') return;
  tally.invocations += 1;
  if (outcome.kind !== 'success') tally.batchesFailed += 1;
}
