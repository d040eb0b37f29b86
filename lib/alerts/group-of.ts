import { groupKeyOf } from '../dispatch/group-key.ts';
import type { Alert } from '../pipeline/pipeline.ts';
import { isFiring, type AlertState } from './state.ts';

/**
 * The group that is told of an alert's next transition. Whoever was told that it fires is told what becomes of it, also if its rule
 * groups by something else by then.
 *
 * @param prior the state before it
 */
export function groupOf(alert: Alert, key: string, prior: AlertState | undefined): Pick<AlertState, 'group'> {
  if (!isFiring(prior)) return { group: groupKeyOf(alert, key) };
  return prior?.group === undefined ? {} : { group: prior.group };
}
