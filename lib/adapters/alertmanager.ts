import type { MessageAlert, NoticeMessage } from '../notify/message.ts';
import { SEVERITIES } from '../pipeline/build-life-cycle.ts';
import { alertOf, type AlertmanagerAlert } from './alertmanager-alert.ts';
import type { Adapter } from './port.ts';

const EXPIRE_MS = 24 * 3_600_000;

/**
 * Makes a message what Alertmanager itself takes from Prometheus (`POST /api/v2/alerts`), so that it groups, routes and silences weir's
 * alerts as others: https://prometheus.io/docs/alerting/latest/clients/.
 *
 * Alertmanager takes an alert for resolved once its end has come, and weir says again that an alert fires only as often as its rule's
 * `renotify` has it: the end is said to be `expireMs` ahead.
 *
 * @param base address of Alertmanager, such as `https://alertmanager.example.com`
 * @param now wall clock in ms
 */
export function alertmanager(base: string, now: () => number, expireMs = EXPIRE_MS): Adapter {
  const url = `${base.replace(/\/+$/, '')}/api/v2/alerts`;
  return (message) => {
    const expiry = new Date(now() + expireMs).toISOString();
    return { url, body: message.alerts.flatMap((alert) => postable(message, alert, expiry)) };
  };
}

/**
 * To Alertmanager an alert with another label is another alert. One that escalated is over at its lesser severities, or they would fire
 * until they expire.
 */
function postable(message: NoticeMessage, alert: MessageAlert, expiry: string): unknown[] {
  const said = alertOf(message, alert);
  const mayHaveEscalated = alert.news === 'escalated' || alert.state === 'resolved';
  const lesser = mayHaveEscalated ? SEVERITIES.slice(0, SEVERITIES.indexOf(alert.severity)) : [];
  return [
    withEnd(said, alert.state === 'resolved' ? alert.at : expiry),
    ...lesser.map((severity) => withEnd({ ...said, labels: { ...said.labels, severity } }, alert.at)),
  ];
}

function withEnd(
  { labels, annotations, startsAt, generatorURL }: AlertmanagerAlert,
  endsAt: string,
): unknown {
  // An address that is none is refused.
  return { labels, annotations, startsAt, endsAt, ...(generatorURL === '' ? {} : { generatorURL }) };
}
