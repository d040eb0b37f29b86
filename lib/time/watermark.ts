/** What a lane contributes to the pipeline's watermark. */
export interface LaneTime {
  /** Greatest event time of the lane in ms, or minus infinity. */
  readonly maxEventTime: number;
  /** When the lane last made progress with an event of the pipeline, on the wall clock in ms. */
  readonly at: number;
}

/**
 * The pipeline's watermark in ms: the least of its lanes' watermarks. Lanes that made no progress for `idleAfter` ms
 * while others did are left out, so that a shard without records, or closed by resharding, holds nothing back.
 *
 * Idleness is told from the lanes' own time stamps and not from a reader's clock: every reader of the same lanes
 * sees the same watermark.
 *
 * @returns minus infinity if no lane has had an event yet
 */
export function pipelineWatermark(
  lanes: readonly LaneTime[],
  { maxOutOfOrderness, idleAfter }: { readonly maxOutOfOrderness: number; readonly idleAfter: number },
): number {
  let latest = -Infinity;
  for (const lane of lanes) latest = Math.max(latest, lane.at);
  let least = Infinity;
  for (const lane of lanes) {
    if (lane.at >= latest - idleAfter) least = Math.min(least, lane.maxEventTime);
  }
  return least === Infinity ? -Infinity : least - maxOutOfOrderness;
}
