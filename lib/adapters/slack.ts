import type { NoticeMessage } from '../notify/message.ts';
import { rangeText, timeText } from '../notify/describe-value.ts';
import { colourOf } from './colour.ts';
import { linksOf } from './links.ts';
import type { Adapter } from './port.ts';
import { alertLines, cut, titleOf } from './text.ts';

// https://docs.slack.dev/reference/block-kit/blocks: lengths of texts in characters.
const MOST_HEADER = 150;
const MOST_SECTION = 3_000;
const MOST_LISTED = 20;

/**
 * Makes a message one for Slack's incoming webhooks: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks.
 *
 * @param url of the webhook; whoever knows it may post
 */
export function slack(url: string): Adapter {
  return (message) => ({
    url,
    body: {
      // For notifications, which show no blocks.
      text: escaped(titleOf(message)),
      attachments: [{ color: colourOf(message).hex, blocks: blocksOf(message) }],
    },
  });
}

function blocksOf(message: NoticeMessage): unknown[] {
  const lines = alertLines(message, MOST_LISTED).map((line) => `• ${line}`);
  const actions = linksOf(message).map(({ name, url }) => ({
    type: 'button',
    text: { type: 'plain_text', text: name },
    url,
  }));
  return [
    { type: 'header', text: { type: 'plain_text', text: cut(titleOf(message), MOST_HEADER) } },
    ...[message.summary, lines.join('\n')].flatMap((text) => (text ? [section(text)] : [])),
    { type: 'context', elements: [{ type: 'mrkdwn', text: escaped(contextOf(message)) }] },
    ...(actions.length > 0 ? [{ type: 'actions', elements: actions }] : []),
  ];
}

function section(text: string): unknown {
  return { type: 'section', text: { type: 'mrkdwn', text: cut(escaped(text), MOST_SECTION) } };
}

function contextOf({ since, window, kind, counts }: NoticeMessage): string {
  return [
    `${kind === 'resolved' ? 'fired from' : 'firing since'} ${timeText(since)}`,
    ...(window === undefined ? [] : [`window ${rangeText(window)}`]),
    ...(counts.heldBack > 0 ? [`${counts.heldBack} messages held back before`] : []),
  ].join(' · ');
}

// What would be taken for mark-up, links and mentions.
// https://docs.slack.dev/messaging/formatting-message-text#escaping
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
