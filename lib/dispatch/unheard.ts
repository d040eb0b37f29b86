import { withoutDetails, type AlertRecord, type AlertState } from '../alerts/state.ts';
import type { Alert } from '../pipeline/pipeline.ts';
import { concurrentlyOrThrow } from '../store/concurrently.ts';
import type { Member } from './group.ts';
import type { GroupContext } from './run-group.ts';

const READ_AT_ONCE = 8;

/**
 * What alerts of a group have come to that it has not heard of: of each the latest transition to firing or resolved. Such are on
 * their way to it by the table's stream, and who brings them runs it: an alert that has resolved by now would be said to go on
 * firing otherwise.
 */
export async function readUnheard(
  { alerts, dispatching }: Pick<GroupContext, 'alerts' | 'dispatching'>,
  { name }: Pick<Alert, 'name'>,
  group: string,
): Promise<AlertState[]> {
  const { members = [] } = (await dispatching.groups.read(name, group)) ?? {};
  const unheard: AlertState[] = [];
  await concurrentlyOrThrow(members, READ_AT_ONCE, async ({ state }: Member) => {
    const latest = latestTold(await alerts.read(name, state.key));
    if (latest !== undefined && latest.version > state.version) unheard.push(latest);
  });
  return unheard;
}

/** The latest transition of which people may be told; what its condition saw is known only if none came after it. */
function latestTold(record: AlertRecord | undefined): AlertState | undefined {
  const { state, turns = [] } = record ?? {};
  const last = turns.findLast(({ status }) => status === 'firing' || status === 'resolved');
  if (state === undefined || last === undefined) return undefined;
  return state.version === last.version ? state : withoutDetails({ ...state, ...last });
}
