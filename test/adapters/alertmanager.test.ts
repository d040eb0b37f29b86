import { describe, expect, it } from 'vitest';
import { alertmanagerWebhook } from '../../lib/adapters/alertmanager-webhook.ts';
import { labelsOf } from '../../lib/adapters/alertmanager-alert.ts';
import { alertmanager } from '../../lib/adapters/alertmanager.ts';
import type { NoticeMessage } from '../../lib/notify/message.ts';
import { AT, groupNotice, late, noticeOf } from '../notify/notices.ts';
import { crowd, escalated, firing, messageOf, resolved } from './messages.ts';

const BASE = 'https://alertmanager.example.com';
const DAY = 86_400_000;

interface Posted {
  readonly labels: Readonly<Record<string, string>>;
  readonly endsAt: string;
}

const posted = (message: NoticeMessage): readonly Posted[] =>
  alertmanager(BASE, () => AT)(message).body as readonly Posted[];

/** Severities at which something fires in an Alertmanager that was sent messages: an alert is its labels, and fires until its end. */
function firingAfter(...messages: readonly NoticeMessage[]): (string | undefined)[] {
  const alerts = new Map(
    messages.flatMap(posted).map((alert) => [JSON.stringify(Object.entries(alert.labels).sort()), alert]),
  );
  return [...alerts.values()]
    .filter(({ endsAt }) => Date.parse(endsAt) > AT)
    .map(({ labels }) => labels.severity);
}

describe('what Alertmanager is sent', () => {
  it('is what Prometheus would send', () => {
    expect(alertmanager(`${BASE}/`, () => AT)(firing)).toEqual({
      url: 'https://alertmanager.example.com/api/v2/alerts',
      body: [
        {
          labels: { alertname: 'congested', origin: 'ORD', severity: 'warning', team: 'ground' },
          annotations: {
            summary: 'Departures leave late on average: the airport is congested.',
            description: '54.3 min (>= 45)',
            runbook_url: 'https://wiki.example.com/congested',
          },
          startsAt: '2001-06-14T13:30:00.000Z',
          endsAt: new Date(AT + DAY).toISOString(),
          generatorURL: firing.links.query,
        },
      ],
    });
  });

  it('fires until it resolves, at one severity at a time', () => {
    expect(firingAfter(firing)).toEqual(['warning']);
    expect(firingAfter(firing, escalated)).toEqual(['critical']);
    expect(firingAfter(firing, escalated, resolved)).toEqual([]);
  });

  it('resolves even if people were never told that it escalated', () => {
    expect(firingAfter(firing, resolved)).toEqual([]);
  });

  it('says of one that begins nothing but that', () => {
    expect(posted(firing)).toHaveLength(1);
    expect(posted(crowd)).toHaveLength(50);
  });
});

describe('what a receiver of webhooks is sent', () => {
  it('is what Alertmanager would send', () => {
    expect(alertmanagerWebhook(BASE)(firing)).toEqual({
      url: BASE,
      body: {
        version: '4',
        groupKey: 'weir|congested|ORD',
        truncatedAlerts: 0,
        status: 'firing',
        receiver: 'weir',
        groupLabels: { alertname: 'congested', origin: 'ORD' },
        commonLabels: { alertname: 'congested', origin: 'ORD', severity: 'warning', team: 'ground' },
        commonAnnotations: {
          summary: 'Departures leave late on average: the airport is congested.',
          description: '54.3 min (>= 45)',
          runbook_url: 'https://wiki.example.com/congested',
        },
        externalURL: firing.links.query,
        alerts: [
          {
            status: 'firing',
            labels: { alertname: 'congested', origin: 'ORD', severity: 'warning', team: 'ground' },
            annotations: {
              summary: 'Departures leave late on average: the airport is congested.',
              description: '54.3 min (>= 45)',
              runbook_url: 'https://wiki.example.com/congested',
            },
            startsAt: '2001-06-14T13:30:00.000Z',
            endsAt: '0001-01-01T00:00:00Z',
            generatorURL: firing.links.query,
            fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
          },
        ],
      },
    });
  });

  it('says when a resolved one ended', () => {
    expect(alertmanagerWebhook(BASE)(resolved).body).toMatchObject({
      status: 'resolved',
      alerts: [{ status: 'resolved', endsAt: '2001-06-14T15:45:00.000Z' }],
    });
  });

  it('has in common what all alerts have, and says how many it leaves out', () => {
    expect(alertmanagerWebhook(BASE)(crowd).body).toMatchObject({
      truncatedAlerts: 150,
      groupLabels: { alertname: 'quiet' },
      commonLabels: { alertname: 'quiet', severity: 'warning' },
    });
  });

  it('knows an alert again when it escalates and resolves, and takes no other for it', () => {
    const [first, second, third] = [firing, escalated, resolved].map(fingerprints);

    expect(second).toEqual(first);
    expect(third).toEqual(first);
    expect(new Set(fingerprints(crowd)).size).toBe(50);
    expect(
      fingerprints(messageOf(noticeOf({ members: [{ state: late('JFK'), news: 'firing' }] }))),
    ).not.toEqual(first);
  });

  it('is of one status while some of its alerts have resolved and others fire', () => {
    const members = [...groupNotice(['ORD'], 'resolved').members, ...groupNotice(['JFK'], 'goes on').members];
    const body = alertmanagerWebhook(BASE)(
      messageOf(noticeOf({ alert: 'quiet', kind: 'updated', members })),
    ).body;

    expect(body).toMatchObject({ status: 'firing', alerts: [{ status: 'resolved' }, { status: 'firing' }] });
  });
});

describe('the name of a label', () => {
  it.each([
    ['team', 'team'],
    ['flight-class', 'flight_class'],
    ['größe', 'gr__e'],
    ['2nd', '_2nd'],
  ])('%s becomes %s', (name, taken) => {
    expect(labelsOf({ [name]: 'x' })).toEqual({ [taken]: 'x' });
  });
});

function fingerprints(message: NoticeMessage): string[] {
  const { alerts } = alertmanagerWebhook(BASE)(message).body as {
    readonly alerts: readonly { readonly fingerprint: string }[];
  };
  return alerts.map(({ fingerprint }) => fingerprint);
}
