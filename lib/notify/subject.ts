import { headlineOf } from './headline.ts';
import type { NoticeMessage } from './message.ts';
import { oneLine, withoutMarks } from './one-line.ts';

// SNS wants fewer than 100 ASCII characters without control characters:
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
const MOST = 99;

/**
 * The subject of an e-mail: fewer than 100 printable ASCII characters.
 *
 * @example subjectOf(message) // 'FIRING congested origin=ORD: 54.3 min (>= 45), warning'
 */
export function subjectOf(message: NoticeMessage): string {
  return oneLine(headlineOf(message), { most: MOST, lengthOf: ({ length }) => length, plain: toAscii });
}

function toAscii(text: string): string {
  return withoutMarks(text).replace(/[^\x20-\x7e]/gu, '?');
}
