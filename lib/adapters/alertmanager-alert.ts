import { createHash } from 'node:crypto';
import { valueText } from '../notify/describe-value.ts';
import type { MessageAlert, NoticeMessage } from '../notify/message.ts';

/** Labels or annotations of Prometheus. */
export type Labels = Readonly<Record<string, string>>;

/** An alert of a message in Alertmanager's words. */
export interface AlertmanagerAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: string;
  /** A link to the data; empty if there is none. */
  readonly generatorURL: string;
  /** The same as long as the alert is the same. */
  readonly fingerprint: string;
}

/** Says of an alert what Alertmanager says of one: https://prometheus.io/docs/alerting/latest/notifications/#alert. */
export function alertOf(message: NoticeMessage, alert: MessageAlert): AlertmanagerAlert {
  const { summary, runbook, links } = message;
  // The severity is no part of it: it may grow while the alert fires.
  const identity = { ...labelsOf(message.labels), ...labelsOf(alert.key), alertname: message.alert };
  const description = valueText(alert);
  return {
    labels: { ...identity, severity: alert.severity },
    annotations: {
      ...(summary === undefined ? {} : { summary }),
      ...(description === undefined ? {} : { description }),
      ...(runbook === undefined ? {} : { runbook_url: runbook }),
    },
    startsAt: alert.since,
    generatorURL: links.query ?? '',
    fingerprint: createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 16),
  };
}

/**
 * Labels under names that Prometheus takes: https://prometheus.io/docs/concepts/data_model/.
 *
 * @example labelsOf({ 'flight-class': 'first' }) // { flight_class: 'first' }
 */
export function labelsOf(given: Readonly<Record<string, string>>): Labels {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name.replace(/^(?=\d)|[^A-Za-z0-9_]/g, '_'), value]),
  );
}
