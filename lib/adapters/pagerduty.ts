import type { NoticeMessage } from '../notify/message.ts';
import { groupKeyOf } from './group-key.ts';
import { linksOf } from './links.ts';
import type { Adapter } from './port.ts';
import { alertLines, cut, titleOf } from './text.ts';

/** Where events go, by the account's service region: https://support.pagerduty.com/main/docs/service-regions */
export const PAGERDUTY_URLS = {
  us: 'https://events.pagerduty.com/v2/enqueue',
  eu: 'https://events.eu.pagerduty.com/v2/enqueue',
} as const;
// https://developer.pagerduty.com/docs/events-api-v2/trigger-events/
const MOST_SUMMARY = 1_024;
const MOST_KEY = 255;
const MOST_LISTED = 50;

/**
 * Makes a message an event of PagerDuty's Events API v2: https://developer.pagerduty.com/docs/events-api-v2/overview/. All messages of
 * a group have one `dedup_key`: what fires opens an incident, or adds to the one that is open; the resolve closes it.
 *
 * @param routingKey integration key of an "Events API v2" integration: 32 characters
 * @param url one of {@link PAGERDUTY_URLS}
 */
export function pagerDuty(routingKey: string, url: string): Adapter {
  return (message) => ({
    url,
    body: {
      routing_key: routingKey,
      event_action: message.state === 'resolved' ? 'resolve' : 'trigger',
      dedup_key: groupKeyOf(message, MOST_KEY),
      client: 'weir',
      ...(message.links.query === undefined ? {} : { client_url: message.links.query }),
      links: linksOf(message).map(({ name, url: href }) => ({ href, text: name })),
      payload: {
        summary: cut(titleOf(message), MOST_SUMMARY),
        source: message.alert,
        // Of its levels weir has all but 'error'.
        severity: message.severity,
        timestamp: message.at,
        component: message.alert,
        group: Object.values(message.group).join(' ') || message.alert,
        class: message.kind,
        custom_details: detailsOf(message),
      },
    },
  });
}

function detailsOf(message: NoticeMessage): Record<string, unknown> {
  const { id, summary, group, labels, since, counts, key, value, window } = message;
  const alerts = alertLines(message, MOST_LISTED);
  return {
    id,
    ...(summary === undefined ? {} : { summary }),
    group,
    labels,
    since,
    counts,
    ...(alerts.length > 0 ? { alerts } : {}),
    ...(key === undefined ? {} : { key, value, window }),
  };
}
