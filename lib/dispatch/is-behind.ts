import type { Alert } from '../pipeline/pipeline.ts';
import { concurrentlyOrThrow } from '../store/concurrently.ts';
import type { Member } from './group.ts';
import type { GroupContext } from './run-group.ts';

const READ_AT_ONCE = 8;

/**
 * Whether alerts of a group have transitions that it has not heard of. These are on their way to it by the table's stream, and who
 * brings them runs it: an alert that has resolved by now would be said to go on firing otherwise.
 */
export async function isBehind(
  { alerts, dispatching }: Pick<GroupContext, 'alerts' | 'dispatching'>,
  { name }: Pick<Alert, 'name'>,
  group: string,
): Promise<boolean> {
  const { members = [] } = (await dispatching.groups.read(name, group)) ?? {};
  let behind = false;
  await concurrentlyOrThrow(members, READ_AT_ONCE, async ({ state }: Member) => {
    const { turns = [] } = (await alerts.read(name, state.key)) ?? {};
    const last = turns.findLast(({ status }) => status === 'firing' || status === 'resolved');
    if (last !== undefined && last.version > state.version) behind = true;
  });
  return behind;
}
