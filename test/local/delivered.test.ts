import { expect, it } from 'vitest';
import { readDelivered, toldAlerts } from '../../lib/local/delivered.ts';
import { buildMessage } from '../../lib/notify/build-message.ts';
import { requestOf } from '../../lib/notify/request.ts';
import { late, noticeOf, ruleNamed } from '../notify/notices.ts';

const news = ['firing', 'escalated', 'resolved', 'flapping', 'goes on'] as const;
const members = news.map((one) => ({ state: late(one), news: one }));
const message = buildMessage(noticeOf({ members }), ruleNamed('congested'));

it.each([
  ['with the texts for all protocols', requestOf(message).Message],
  ['with the text for a queue', JSON.stringify(message)],
])('reads a message as it is delivered %s', (_, text) => {
  expect(readDelivered(JSON.stringify({ Type: 'Notification', Message: text }))).toEqual(message);
});

it('tells of alerts that began to fire or resolved', () => {
  expect(toldAlerts(message).map(({ alert, key, news: one }) => [alert, key.origin, one])).toEqual([
    ['congested', 'firing', 'firing'],
    ['congested', 'resolved', 'resolved'],
  ]);
});
