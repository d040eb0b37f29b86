import type { Segment } from './decide.ts';
import type { DiscardCondition } from './failure-message.ts';
import { failureMessage } from './failure-message.ts';
import { requestId } from './request-id.ts';
import type { ShardContext } from './shard-context.ts';

/**
 * Gives records up: tells the on-failure destination where they are. Like Lambda, it goes on if the message cannot be
 * sent, and tells of that.
 * @param functionError of the last invocation with these records; null if that did not throw, or there was none
 */
export async function giveUp(
  segment: Segment,
  condition: DiscardCondition,
  functionError: 'Unhandled' | null,
  shard: ShardContext,
): Promise<void> {
  const { emit, sendFailure, settings, tally } = shard;
  const message = failureMessage({
    records: segment.records,
    condition,
    failures: segment.failures,
    requestId: segment.requestId ?? requestId(shard.random),
    functionError,
    shardId: shard.shardId,
    streamArn: settings.consumer?.streamArn ?? settings.sourceArn.text,
    functionArn: settings.functionArn,
    batchInfoName: shard.source.batchInfoName,
    nowMs: shard.clock.now(),
  });
  tally.batchesDiscarded += 1;
  tally.recordsDiscarded += segment.records.length;
  try {
    await sendFailure?.(message, { Records: segment.records.map(({ event }) => event) });
  } catch (error) {
    emit({ type: 'destinationFailed', message, error });
  }
  emit({ type: 'discarded', condition, records: segment.records.length, message });
}
