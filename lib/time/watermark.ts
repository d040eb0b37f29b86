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

/**
 * How far event time is by the clock while all lanes are silent: it goes on from the lane that is furthest, since the last
 * one made progress. For whoever comes by the clock, so that what is due is not held up by a stream that says nothing.
 *
 * @param now on the wall clock, in ms
 * @returns watermark in ms; minus infinity unless no lane has made progress for `silentAfter` ms, and one has had an event
 */
export function silentWatermark(
  lanes: readonly LaneTime[],
  { maxOutOfOrderness, silentAfter }: { readonly maxOutOfOrderness: number; readonly silentAfter: number },
  now: number,
): number {
  let [latest, furthest] = [-Infinity, -Infinity];
  for (const lane of lanes) {
    latest = Math.max(latest, lane.at);
    furthest = Math.max(furthest, lane.maxEventTime);
  }
  const silent = now - latest;
  if (furthest === -Infinity || silent < silentAfter) return -Infinity;
  return furthest + silent - maxOutOfOrderness;
}
