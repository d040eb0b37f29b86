import { createHash } from 'node:crypto';
import { valueText } from '../notify/describe-value.ts';
import type { MessageAlert, NoticeMessage } from '../notify/message.ts';
import { groupKeyOf } from './group-key.ts';
import type { Adapter } from './port.ts';

type Labels = Readonly<Record<string, string>>;

// What Alertmanager says of an alert whose end is not known: the zero of Go's times.
const NO_END = '0001-01-01T00:00:00Z';

/**
 * Makes a message what Alertmanager posts to its webhook receivers, version 4:
 * https://prometheus.io/docs/alerting/latest/configuration/#webhook_config. Whatever takes that takes weir's alerts.
 *
 * @param url of the receiver
 */
export function alertmanagerWebhook(url: string): Adapter {
  return (message) => {
    const alerts = message.alerts.map((alert) => alertOf(message, alert));
    return {
      url,
      body: {
        version: '4',
        groupKey: groupKeyOf(message),
        truncatedAlerts: message.counts.leftOut,
        status: message.state,
        receiver: 'weir',
        groupLabels: { alertname: message.alert, ...message.group },
        commonLabels: inCommon(alerts.map(({ labels }) => labels)),
        commonAnnotations: inCommon(alerts.map(({ annotations }) => annotations)),
        externalURL: message.links.query ?? '',
        alerts,
      },
    };
  };
}

/**
 * Makes a message what Alertmanager itself takes from Prometheus (`POST /api/v2/alerts`), so that it groups, routes and silences weir's
 * alerts as others: https://prometheus.io/docs/alerting/latest/clients/.
 *
 * It takes an alert that it does not hear of again for one that has resolved (`resolve_timeout`), unless an end is said: that is
 * `expireMs` ahead. Give the rules a `renotify` that is shorter.
 *
 * @param base address of Alertmanager, such as `https://alertmanager.example.com`
 * @param now wall clock in ms
 */
export function alertmanager(base: string, now: () => number, expireMs = 24 * 3_600_000): Adapter {
  const url = `${base.replace(/\/+$/, '')}/api/v2/alerts`;
  return (message) => ({
    url,
    body: message.alerts.map((alert) => {
      const { labels, annotations, startsAt, generatorURL } = alertOf(message, alert);
      const end = alert.state === 'resolved' ? alert.at : new Date(now() + expireMs).toISOString();
      // An address that is none is refused.
      return {
        labels,
        annotations,
        startsAt,
        endsAt: end,
        ...(generatorURL === '' ? {} : { generatorURL }),
      };
    }),
  });
}

interface WebhookAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly fingerprint: string;
}

function alertOf(message: NoticeMessage, alert: MessageAlert): WebhookAlert {
  const { summary, runbook } = message;
  // The severity is no label of its identity: it may grow while the alert fires.
  const identity = { ...message.labels, ...alert.key, alertname: message.alert };
  const description = valueText(alert);
  return {
    status: alert.state,
    labels: { ...identity, severity: alert.severity },
    annotations: {
      ...(summary === undefined ? {} : { summary }),
      ...(description === undefined ? {} : { description }),
      ...(runbook === undefined ? {} : { runbook_url: runbook }),
    },
    startsAt: alert.since,
    endsAt: alert.state === 'resolved' ? alert.at : NO_END,
    generatorURL: message.links.query ?? '',
    fingerprint: createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 16),
  };
}

function inCommon(all: readonly Labels[]): Labels {
  const [first = {}, ...others] = all;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((labels) => labels[name] === value)),
  );
}
