import { buildMessage } from '../../lib/notify/build-message.ts';
import type { Notice } from '../../lib/dispatch/notice.ts';
import type { NoticeMessage } from '../../lib/notify/message.ts';
import { groupNotice, late, noticeOf, ruleNamed } from '../notify/notices.ts';

/** A message of the page, and the values of the windows before. */
export interface Example {
  readonly message: NoticeMessage;
  readonly lastValues?: readonly (number | null)[];
}

const one = (
  given: Partial<Notice>,
  news: Notice['members'][number]['news'],
  state = late('ORD'),
): Example => ({
  message: buildMessage(
    noticeOf({ members: [{ state, news }], ...given }),
    ruleNamed('congested'),
    'https://api.example.com',
  ),
});
const many = (given: Partial<Notice>, news: Notice['members'][number]['news']): Example => ({
  message: buildMessage(groupNotice(['ATL', 'JFK', 'ORD'], news, given), ruleNamed('quiet')),
});
const lastValues = [
  12,
  14,
  13,
  15,
  14,
  18,
  null,
  null,
  17,
  19,
  18,
  21,
  20,
  24,
  23,
  27,
  31,
  30,
  34,
  37,
  39,
  42,
  44,
  54.26,
];

/** The messages of the page, of each kind one, and some of groups. */
export const examples = {
  firing: {
    ...one(
      { since: Date.UTC(2001, 5, 14, 15, 45) },
      'firing',
      late('ORD', { since: Date.UTC(2001, 5, 14, 15, 45) }),
    ),
    lastValues,
  },
  escalated: one(
    { kind: 'escalated', severity: 'critical' },
    'escalated',
    late('ORD', { severity: 'critical', shown: 63.5 }),
  ),
  renotified: one({ kind: 'renotified' }, 'goes on'),
  resolved: one(
    { kind: 'resolved', firing: 0 },
    'resolved',
    late('ORD', { status: 'resolved', shown: 28.1 }),
  ),
  flapping: one({ kind: 'flapping' }, 'flapping'),
  groupFiring: many({ firing: 200 }, 'firing'),
  groupUpdated: many({ kind: 'updated', firing: 197 }, 'resolved'),
} satisfies Readonly<Record<string, Example>>;
