import type { LaneProgress } from '../fold/lane.ts';
import { compareSequence } from '../fold/sequence.ts';
import type { PaneStore, StoredLane } from './port.ts';

/** A lane that others kept moving. */
export class LaneRaceError extends Error {
  override readonly name = 'LaneRaceError';
}

const MOST_RACES = 5;
// When a lane had its last event that has had none.
const NEVER = 0;

/**
 * Moves a lane on to a record that has been dealt with. A lane never goes back, and neither does its greatest event time:
 * what others wrote meanwhile is joined with. One that had no event for the pipeline stays as idle as it was.
 *
 * @param known the lane as it was read
 * @param progress `undefined` if there is none
 * @throws {LaneRaceError} if others keep writing it
 */
export async function moveLane(
  store: PaneStore,
  lane: string,
  known: StoredLane | undefined,
  progress: LaneProgress | undefined,
): Promise<void> {
  if (progress === undefined) return;
  let found = known;
  for (let race = 0; race < MOST_RACES; race++) {
    if (found !== undefined && compareSequence(found.mark, progress.mark) >= 0) return;
    const maxEventTime = Math.max(found?.maxEventTime ?? -Infinity, progress.maxEventTime);
    const at = progress.isIdle === true ? (found?.at ?? NEVER) : undefined;
    if (await store.writeLane(lane, { mark: progress.mark, maxEventTime }, found?.version, at)) return;
    found = await store.readLane(lane);
  }
  throw new LaneRaceError(`lane ${lane} was written by others ${MOST_RACES} times meanwhile`);
}
