import type { StoredLane } from '../../store/port.ts';

/**
 * Event times (ms) up to which lanes are complete, by lane; none for a lane that has had no event.
 *
 * @param maxOutOfOrderness ms
 */
export function laneWatermarks(
  lanes: readonly Pick<StoredLane, 'lane' | 'maxEventTime'>[],
  maxOutOfOrderness: number,
): Map<string, number> {
  return new Map(
    lanes
      .filter(({ maxEventTime }) => Number.isFinite(maxEventTime))
      .map(({ lane, maxEventTime }) => [lane, maxEventTime - maxOutOfOrderness]),
  );
}
