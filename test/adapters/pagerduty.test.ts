import { describe, expect, it } from 'vitest';
import { pagerDuty, PAGERDUTY_URLS } from '../../lib/adapters/pagerduty.ts';
import type { Notice } from '../../lib/dispatch/notice.ts';
import type { NoticeMessage } from '../../lib/notify/message.ts';
import { groupNotice, late, noticeOf } from '../notify/notices.ts';
import { crowd, escalated, firing, messageOf, resolved } from './messages.ts';

const KEY = '0123456789abcdef0123456789abcdef';

interface Sent {
  readonly routing_key: string;
  readonly event_action: 'trigger' | 'resolve';
  readonly dedup_key: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

const sent = (message: NoticeMessage): Sent => pagerDuty(KEY, PAGERDUTY_URLS.us)(message).body as Sent;
const sentOf = (given: Partial<Notice>): Sent => sent(messageOf(noticeOf(given)));

describe('an event of PagerDuty', () => {
  it('says what people need who are woken by it', () => {
    expect(pagerDuty(KEY, PAGERDUTY_URLS.eu)(firing)).toEqual({
      url: 'https://events.eu.pagerduty.com/v2/enqueue',
      body: {
        routing_key: KEY,
        event_action: 'trigger',
        dedup_key: 'weir|congested|ORD',
        client: 'weir',
        client_url: firing.links.query,
        links: [
          { href: 'https://wiki.example.com/congested', text: 'Runbook' },
          { href: firing.links.query, text: 'Windows' },
          { href: firing.links.history, text: 'History' },
        ],
        payload: {
          summary: 'FIRING congested origin=ORD: 54.3 min (>= 45), warning',
          source: 'congested',
          severity: 'warning',
          timestamp: '2001-06-14T15:45:00.000Z',
          component: 'congested',
          group: 'ORD',
          class: 'firing',
          custom_details: {
            id: 'congested|ORD|1',
            summary: 'Departures leave late on average: the airport is congested.',
            group: { origin: 'ORD' },
            labels: { team: 'ground' },
            since: '2001-06-14T13:30:00.000Z',
            counts: { firing: 1, resolved: 0, heldBack: 0, leftOut: 0 },
            key: { origin: 'ORD' },
            value: { flights: 66, delay: 54.25757575757576 },
            window: { start: '2001-06-14T14:45:00.000Z', end: '2001-06-14T15:45:00.000Z' },
          },
        },
      },
    });
  });

  it.each(['critical', 'warning', 'info'] as const)('is as severe as the message: %s', (severity) => {
    expect(sentOf({ severity }).payload.severity).toBe(severity);
  });

  it('lists the alerts of a group', () => {
    const { alerts } = sent(crowd).payload.custom_details as { readonly alerts: readonly string[] };

    expect(alerts).toHaveLength(51);
    expect(alerts.slice(-2)).toEqual(['origin=A49: warning', 'and 150 more']);
  });

  it('opens one incident for a group, and closes it', () => {
    const incidents = [firing, escalated, resolved].map((message) => sent(message).dedup_key);

    expect(new Set(incidents)).toEqual(new Set(['weir|congested|ORD']));
    expect([firing, escalated, resolved].map((message) => sent(message).event_action)).toEqual([
      'trigger',
      'trigger',
      'resolve',
    ]);
  });

  it.each(['renotified', 'updated', 'flapping'] as const)(
    'leaves an incident open of which some alerts still fire: %s',
    (kind) => {
      expect(sentOf({ kind }).event_action).toBe('trigger');
    },
  );

  it('closes the incident of one that is flapping and does not fire', () => {
    const members = [{ state: late('ORD', { status: 'resolved' as const }), news: 'flapping' as const }];

    expect(sentOf({ kind: 'flapping', members }).event_action).toBe('resolve');
  });

  it('is of another incident for another group and another rule', () => {
    const keys = [
      firing,
      messageOf(noticeOf({ group: 'JFK' })),
      messageOf(groupNotice(['ORD'], 'firing')),
      messageOf(noticeOf({ group: 'ORD|1' })),
    ].map((message) => sent(message).dedup_key);

    expect(new Set(keys).size).toBe(4);
  });

  it('has a key of 255 characters at most, and as many keys as groups', () => {
    const group = 'x'.repeat(800);
    const [one, same, other] = [`${group}1`, `${group}1`, `${group}2`].map((name, i) =>
      sentOf({ group: name, number: i + 1 }),
    );

    expect(one?.dedup_key.length).toBeLessThanOrEqual(255);
    expect(same?.dedup_key).toBe(one?.dedup_key);
    expect(other?.dedup_key).not.toBe(one?.dedup_key);
  });
});
