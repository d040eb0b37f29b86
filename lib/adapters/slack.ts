import type { NoticeMessage } from '../notify/message.ts';
import { colourOf } from './colour.ts';
import { factsOf } from './facts.ts';
import { linksOf } from './links.ts';
import type { Adapter } from './port.ts';
import { alertLines, cut, titleOf } from './text.ts';

// https://docs.slack.dev/reference/block-kit/blocks: lengths of texts in characters, and of addresses.
const MOST_HEADER = 150;
const MOST_SECTION = 3_000;
const MOST_FIELD = 2_000;
const MOST_URL = 3_000;
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
      text: cut(escaped(titleOf(message)), MOST_SECTION),
      // Blocks have no colour; an attachment's bar has.
      attachments: [{ color: colourOf(message).hex, blocks: blocksOf(message) }],
    },
  });
}

function blocksOf(message: NoticeMessage): unknown[] {
  const lines = alertLines(message, MOST_LISTED).map((line) => `• ${line}`);
  const fields = factsOf(message).map(({ title, value }) =>
    mrkdwn(`*${title}*\n${escaped(value)}`, MOST_FIELD),
  );
  const buttons = linksOf(message)
    .filter(({ url }) => url.length <= MOST_URL)
    .map(({ name, url }) => ({ type: 'button', text: { type: 'plain_text', text: name }, url }));
  return [
    { type: 'header', text: { type: 'plain_text', text: cut(titleOf(message), MOST_HEADER) } },
    ...[message.summary, lines.join('\n')].flatMap((text) =>
      text ? [{ type: 'section', text: mrkdwn(escaped(text), MOST_SECTION) }] : [],
    ),
    { type: 'section', fields },
    { type: 'context', elements: [mrkdwn(escaped(message.id), MOST_SECTION)] },
    ...(buttons.length > 0 ? [{ type: 'actions', elements: buttons }] : []),
  ];
}

function mrkdwn(text: string, most: number): unknown {
  return { type: 'mrkdwn', text: cut(text, most) };
}

// What would be taken for mark-up, links and mentions.
// https://docs.slack.dev/messaging/formatting-message-text#escaping
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
