import type { AlertState } from '../alerts/state.ts';
import type { Notice } from '../dispatch/notice.ts';
import type { Quarantined } from '../quarantine/rejection.ts';
import { isAlertItemKey, readGiven } from '../store/alert-item.ts';
import { isGroupItemKey, readNotices } from '../store/group-item.ts';
import type { ItemChange } from './stream-records.ts';

/** What a change of the alerts table tells. */
export interface AlertNews {
  readonly sequence: string;
  readonly transitions: readonly AlertState[];
  readonly notices: readonly Notice[];
  /** An item that will never tell anything. */
  readonly broken?: Quarantined;
}

/** Reads what a change of the alerts table tells: that of an alert transitions, that of a group notices, others nothing. */
export function readAlertChange({ name, key, item, sequence }: ItemChange): AlertNews {
  const nothing = { sequence, transitions: [], notices: [] };
  if (name === 'REMOVE' || item === undefined) return nothing;
  try {
    if (isAlertItemKey(key)) return { ...nothing, transitions: readGiven(item) };
    if (isGroupItemKey(key)) return { ...nothing, notices: readNotices(item) };
    return nothing;
  } catch (error) {
    const broken: Quarantined = {
      reason: 'not-a-record',
      detail: error instanceof Error ? error.message : String(error),
      origin: { source: 'invocation', sequence },
      bytes: Buffer.from(JSON.stringify(item)),
    };
    return { ...nothing, broken };
  }
}
