import type { Silence } from '../dispatch/silence.ts';
import { HISTORY_KEPT_MS } from './history-item.ts';
import type { ItemKey } from './keys.ts';
import { textOf, type Item } from './pane-item.ts';

/** The partition of all silences: there are few, and whoever asks wants all. */
export const SILENCES = '#silences';

/** Key of the item of a silence. */
export function silenceItemKey(id: string): ItemKey {
  return { pk: SILENCES, sk: id };
}

/** The item of a silence, which is kept for a while after its end. @param now wall clock in ms */
export function silenceItem(silence: Silence, now: number): Item {
  const { pk, sk } = silenceItemKey(silence.id);
  return {
    pk: { S: pk },
    sk: { S: sk },
    ends: { N: String(silence.end) },
    silence: { S: JSON.stringify(silence) },
    expires: { N: String(Math.ceil((Math.max(now, silence.end) + HISTORY_KEPT_MS) / 1000)) },
  };
}

/** Reads a silence. @throws {ItemError} if weir did not write it */
export function readSilenceItem(item: Item): Silence {
  return JSON.parse(textOf(item, 'silence')) as Silence;
}
