import fc from 'fast-check';
import type { Notice } from '../../lib/dispatch/notice.ts';
import { buildMessage } from '../../lib/notify/build-message.ts';
import type { NoticeMessage } from '../../lib/notify/message.ts';
import { alertNamed } from '../../lib/pipeline/pipeline.ts';
import { anyNotice, groupNotice, late, noticeOf, pipeline } from '../notify/notices.ts';

export const API_URL = 'https://api.example.com';

/** The message of a notice. */
export function messageOf(notice: Notice, apiUrl: string | undefined = API_URL): NoticeMessage {
  return buildMessage(notice, alertNamed(pipeline, notice.alert), apiUrl);
}

/** Of one alert that began to fire. */
export const firing = messageOf(noticeOf());

/** Of one that escalated. */
export const escalated = messageOf(
  noticeOf({
    kind: 'escalated',
    number: 2,
    severity: 'critical',
    members: [{ state: late('ORD', { severity: 'critical' }), news: 'escalated' }],
  }),
);

/** Of one that escalated and resolved. */
export const resolved = messageOf(
  noticeOf({
    kind: 'resolved',
    number: 3,
    severity: 'critical',
    members: [
      { state: late('ORD', { status: 'resolved', severity: 'critical', shown: 28.1 }), news: 'resolved' },
    ],
  }),
);

/** Of a group of 200, of which 50 are listed. */
export const crowd = messageOf(
  groupNotice(
    Array.from({ length: 50 }, (_, i) => `A${i}`),
    'firing',
    { firing: 200 },
  ),
);

/** Any message that can be. */
export const anyMessage: fc.Arbitrary<NoticeMessage> = fc
  .tuple(anyNotice, fc.constantFrom(undefined, API_URL))
  .map(([notice, apiUrl]) => messageOf(notice, apiUrl));

/** An event of Lambda, as SNS makes one of a message. */
export function snsEvent(...messages: readonly unknown[]): unknown {
  return {
    Records: messages.map((message, i) => ({
      EventSource: 'aws:sns',
      EventVersion: '1.0',
      EventSubscriptionArn: 'arn:aws:sns:us-east-1:123456789012:weir-test-alerts:1',
      Sns: {
        Type: 'Notification',
        MessageId: `m${i}`,
        TopicArn: 'arn:aws:sns:us-east-1:123456789012:weir-test-alerts',
        Message: typeof message === 'string' ? message : JSON.stringify(message),
      },
    })),
  };
}
