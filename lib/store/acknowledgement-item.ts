import type { Acknowledgement } from '../dispatch/acknowledgement.ts';
import { alertSortKey } from './alert-item.ts';
import type { ItemKey } from './keys.ts';
import { textOf, type Item } from './pane-item.ts';

/** Key of the item that says who has acknowledged an alert of a key. */
export function acknowledgementItemKey(alert: string, key: string): ItemKey {
  return { pk: `#acknowledged|${alert}`, sk: alertSortKey(key) };
}

/** The item of an acknowledgement. It is in place of the one of an earlier episode. */
export function acknowledgementItem(acknowledgement: Acknowledgement): Item {
  const { pk, sk } = acknowledgementItemKey(acknowledgement.alert, acknowledgement.key);
  return { pk: { S: pk }, sk: { S: sk }, acknowledgement: { S: JSON.stringify(acknowledgement) } };
}

/** Reads an acknowledgement. @throws {ItemError} if weir did not write it */
export function readAcknowledgementItem(item: Item): Acknowledgement {
  return JSON.parse(textOf(item, 'acknowledgement')) as Acknowledgement;
}
