import type { LaneProgress } from '../fold/lane.ts';
import { laneItemKey } from './keys.ts';
import { numberOf, textOf, type Item } from './pane-item.ts';
import type { StoredLane } from './port.ts';

/** The item of a lane's progress. `max` is absent while the lane has had no event time. */
export function laneItem(lane: string, progress: LaneProgress, version: number, at: number): Item {
  const { pk, sk } = laneItemKey(lane);
  return {
    pk: { S: pk },
    sk: { S: sk },
    v: { N: String(version) },
    mark: { S: progress.mark },
    at: { N: String(at) },
    ...(Number.isFinite(progress.maxEventTime) ? { max: { N: String(progress.maxEventTime) } } : {}),
  };
}

/** Reads a lane's progress. @throws {ItemError} */
export function readLaneItem(item: Item): StoredLane {
  return {
    lane: textOf(item, 'sk'),
    mark: textOf(item, 'mark'),
    maxEventTime: item.max === undefined ? -Infinity : numberOf(item, 'max'),
    version: numberOf(item, 'v'),
    at: numberOf(item, 'at'),
  };
}
