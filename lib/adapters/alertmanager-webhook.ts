import type { MessageAlert, NoticeMessage } from '../notify/message.ts';
import { alertOf, labelsOf, type Labels } from './alertmanager-alert.ts';
import { groupKeyOf } from './group-key.ts';
import type { Adapter } from './port.ts';

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
    const alerts = message.alerts.map((alert) => webhookAlert(message, alert));
    return {
      url,
      body: {
        version: '4',
        groupKey: groupKeyOf(message),
        truncatedAlerts: message.counts.leftOut,
        status: message.state,
        receiver: 'weir',
        groupLabels: { ...labelsOf(message.group), alertname: message.alert },
        commonLabels: inCommon(alerts.map(({ labels }) => labels)),
        commonAnnotations: inCommon(alerts.map(({ annotations }) => annotations)),
        externalURL: message.links.query ?? '',
        alerts,
      },
    };
  };
}

function webhookAlert(message: NoticeMessage, alert: MessageAlert) {
  const { labels, annotations, startsAt, generatorURL, fingerprint } = alertOf(message, alert);
  const endsAt = alert.state === 'resolved' ? alert.at : NO_END;
  return { status: alert.state, labels, annotations, startsAt, endsAt, generatorURL, fingerprint };
}

function inCommon(all: readonly Labels[]): Labels {
  const [first = {}, ...others] = all;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((labels) => labels[name] === value)),
  );
}
