import type { NoticeMessage } from '../notify/message.ts';
import { rangeText, timeText } from '../notify/describe-value.ts';
import { colourOf } from './colour.ts';
import { linksOf } from './links.ts';
import type { Adapter } from './port.ts';
import { alertLines, titleOf } from './text.ts';

// A message to Teams may have about 28 KB.
// https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
const MOST_LISTED = 20;

/**
 * Makes a message an Adaptive Card for a workflow of Teams that begins "When a Teams webhook request is received". Incoming webhooks of
 * Microsoft 365 connectors, which it replaces, have been retired:
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
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    body: [
      text(titleOf(message), { weight: 'bolder', size: 'medium', color: colourOf(message).card }),
      ...(message.summary === undefined ? [] : [text(message.summary)]),
      ...alertLines(message, MOST_LISTED).map((line) => text(line, { spacing: 'none' })),
      { type: 'FactSet', facts: factsOf(message) },
    ],
    ...(actions.length > 0 ? { actions } : {}),
  };
}

function text(content: string, style: Readonly<Record<string, string>> = {}): unknown {
  return { type: 'TextBlock', text: content.replace(/[\\`*_[\]]/g, '\\$&'), wrap: true, ...style };
}

function factsOf({ since, window, kind, counts }: NoticeMessage): unknown[] {
  return [
    { title: kind === 'resolved' ? 'Fired from' : 'Firing since', value: timeText(since) },
    ...(window === undefined ? [] : [{ title: 'Window', value: rangeText(window) }]),
    ...(counts.heldBack > 0 ? [{ title: 'Held back before', value: `${counts.heldBack} messages` }] : []),
  ];
}
