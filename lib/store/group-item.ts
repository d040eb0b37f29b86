import { gunzipSync, gzipSync } from 'node:zlib';
import type { Group } from '../dispatch/group.ts';
import type { Notice } from '../dispatch/notice.ts';
import { alertSortKey, withAbsent } from './alert-item.ts';
import type { ItemKey } from './keys.ts';
import { bytesOf, numberOf, textOf, type Item } from './pane-item.ts';

const PREFIX = '#group|';

/** Key of the item of a group of an alert. */
export function groupItemKey(alert: string, group: string): ItemKey {
  return { pk: `${PREFIX}${alert}`, sk: alertSortKey(group) };
}

/** Tells a group's item from others of its table, by its key. */
export function isGroupItemKey({ pk }: Pick<ItemKey, 'pk'>): boolean {
  return pk.startsWith(PREFIX);
}

/**
 * The item of a group, and the notices that it gave by this write: the item's stream record is their outbox. The group is
 * compressed: it may have thousands of alerts, which are much alike: of 1,000 it makes a fifth.
 */
export function groupItem(group: Group, notices: readonly Notice[]): Item {
  const { pk, sk } = groupItemKey(group.alert, group.group);
  return {
    pk: { S: pk },
    sk: { S: sk },
    rev: { N: String(group.revision) },
    group: { B: gzipSync(JSON.stringify(group)) },
    given: { S: JSON.stringify(notices) },
  };
}

/** Reads a group. @throws {ItemError} if weir did not write it */
export function readGroupItem(item: Item): Group {
  const text = gunzipSync(bytesOf(item, 'group')).toString();
  const group = JSON.parse(text) as Omit<Group, 'now'> & { readonly now: number | null };
  return {
    ...group,
    // JSON leaves out what is undefined, and has no infinity.
    due: group.due,
    renotifyAt: group.renotifyAt,
    since: group.since,
    worst: group.worst,
    now: group.now ?? -Infinity,
    members: group.members.map((member) => ({
      ...member,
      state: withAbsent(member.state),
      told: member.told,
      look: member.look,
    })),
    revision: numberOf(item, 'rev'),
  };
}

/** Reads the notices that a group gave by the write of this item. @throws {ItemError} if weir did not write it */
export function readNotices(item: Item): Notice[] {
  return (JSON.parse(textOf(item, 'given')) as Notice[]).map(noticeFromJson);
}

/** A notice that was JSON. */
export function noticeFromJson(notice: Notice): Notice {
  return {
    ...notice,
    members: notice.members.map((member) => ({ ...member, state: withAbsent(member.state) })),
  };
}
