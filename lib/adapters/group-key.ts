import { createHash } from 'node:crypto';
import type { NoticeMessage } from '../notify/message.ts';

/**
 * Names a group of alerts: all its messages have the same, and no other group's. So a resolve closes what was opened.
 *
 * @param most characters that it may have; a longer one is hashed
 * @example groupKeyOf(message, 255) // 'weir|congested|ORD'
 */
export function groupKeyOf({ id }: Pick<NoticeMessage, 'id'>, most = Infinity): string {
  const key = `weir|${id.slice(0, id.lastIndexOf('|'))}`;
  return key.length <= most ? key : `weir|${createHash('sha256').update(key).digest('hex')}`;
}
