import { MOST_MEMBERS } from '../dispatch/notice.ts';
import { headlineOf } from '../notify/headline.ts';
import { keyWords, valueText } from '../notify/describe-value.ts';
import type { MessageAlert, NoticeMessage } from '../notify/message.ts';

/** A message in one line. @example titleOf(message) // 'FIRING congested origin=ORD: 54.3 min (>= 45), warning' */
export function titleOf(message: NoticeMessage): string {
  const { what, where, state } = headlineOf(message);
  return `${[what, where].filter(Boolean).join(' ')}${state}`;
}

/** An alert of a group in one line. @example alertText(alert) // 'origin=ORD: 54.3 min (>= 45), warning' */
export function alertText(alert: MessageAlert): string {
  const state = [valueText(alert), alert.state === 'resolved' ? 'resolved' : alert.severity];
  return `${keyWords(alert.key) || 'all'}: ${state.filter(Boolean).join(', ')}`;
}

/** The alerts of a group, one a line; none for a message about one alert, whose title says it all. */
export function alertLines({ alerts, key, counts }: NoticeMessage, most = MOST_MEMBERS): string[] {
  if (key !== undefined) return [];
  const listed = alerts.slice(0, most);
  const more = alerts.length - listed.length + counts.leftOut;
  return [...listed.map(alertText), ...(more > 0 ? [`and ${more} more`] : [])];
}

/** A text of so many UTF-16 units at most. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  // Half a character is no text to those who decode it.
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
