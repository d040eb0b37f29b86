import type { NoticeMessage } from '../notify/message.ts';
import { colourOf } from './colour.ts';
import { factsOf } from './facts.ts';
import { linksOf } from './links.ts';
import type { Adapter } from './port.ts';
import { alertLines, cut, titleOf } from './text.ts';

// A message to Teams may have about 28 KB.
// https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
const MOST_LISTED = 15;
const MOST_TEXT = 300;

/**
 * Makes a message an Adaptive Card for a workflow of Teams that begins "When a Teams webhook request is received". It replaces incoming
 * webhooks of Microsoft 365 connectors, which are retired:
 * https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using.
 *
 * @param url of the workflow; whoever knows it may post
 */
export function teams(url: string): Adapter {
  return (message) => ({
    url,
    body: {
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          contentUrl: null,
          content: cardOf(message),
        },
      ],
    },
  });
}

// https://adaptivecards.io/explorer/AdaptiveCard.html
function cardOf(message: NoticeMessage): unknown {
  const actions = linksOf(message).map(({ name, url }) => ({ type: 'Action.OpenUrl', title: name, url }));
  const facts = factsOf(message).map(({ title, value }) => ({ title, value: plain(value) }));
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    body: [
      text(titleOf(message), { weight: 'bolder', size: 'medium', color: colourOf(message).card }),
      ...(message.summary === undefined ? [] : [text(message.summary)]),
      ...alertLines(message, MOST_LISTED).map((line) => text(line, { spacing: 'none' })),
      { type: 'FactSet', facts },
    ],
    ...(actions.length > 0 ? { actions } : {}),
  };
}

function text(content: string, style: Readonly<Record<string, string>> = {}): unknown {
  return { type: 'TextBlock', text: plain(content), wrap: true, ...style };
}

// What would be taken for Markdown.
// https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features
function plain(content: string): string {
  return cut(content, MOST_TEXT).replace(/[\\`*_[\]]/g, '\\$&');
}
