import { backoffMs } from './backoff.ts';
import { countInvocation } from './count-invocation.ts';
import type { Segment } from './decide.ts';
import { invokeSegment } from './invoke-segment.ts';
import type { LaneContext } from './shard-context.ts';

const NO_RECORDS: Segment = { records: [], failures: 0, refusals: 0 };

/**
 * Gives the open window's state to the function for the last time. Nothing else of the lane is done before that has
 * succeeded: there are no records that could be given up, so neither the retry attempts nor the record age end it.
 *
 * A window that ends early, because its state is too large, goes on with an empty one.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html, "Aggregation and processing"
 */
export async function closeWindow(context: LaneContext, { early = false } = {}): Promise<void> {
  const { aborting, backoff, clock, emit, lane, progress, random, stopping, tally } = context;
  const { window } = lane;
  for (let failures = 1; window && !stopping.aborted; failures += 1) {
    const invocation = await invokeSegment(NO_RECORDS, context, { final: true, early });
    if (aborting.aborted) return;
    countInvocation(invocation, tally);
    if (invocation.outcome.kind === 'success') {
      lane.window = early ? { ...window, state: {} } : undefined;
      tally.windowsClosed += 1;
      await progress.save();
      emit({ type: 'windowClosed', startMs: window.startMs, endMs: window.endMs, early });
      return;
    }
    tally.retries += 1;
    const delayMs = backoffMs(backoff, failures, random);
    emit({ type: 'retrying', records: 0, delayMs, failures });
    await clock.sleep(delayMs, stopping);
  }
}
