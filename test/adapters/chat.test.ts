import { describe, expect, it } from 'vitest';
import { slack } from '../../lib/adapters/slack.ts';
import { teams } from '../../lib/adapters/teams.ts';
import { keyText } from '../../lib/fold/key.ts';
import { groupNotice, late, noticeOf } from '../notify/notices.ts';
import { crowd, escalated, firing, messageOf, resolved } from './messages.ts';

const URL = 'https://hooks.example.com/a';

describe('a message to Slack', () => {
  it('says what, how bad, since when, and where to read on', () => {
    expect(slack(URL)(firing)).toEqual({
      url: URL,
      body: {
        text: 'FIRING congested origin=ORD: 54.3 min (&gt;= 45), warning',
        attachments: [
          {
            color: '#f9a825',
            blocks: [
              {
                type: 'header',
                text: { type: 'plain_text', text: 'FIRING congested origin=ORD: 54.3 min (>= 45), warning' },
              },
              {
                type: 'section',
                text: {
                  type: 'mrkdwn',
                  text: 'Departures leave late on average: the airport is congested.',
                },
              },
              {
                type: 'section',
                fields: [
                  { type: 'mrkdwn', text: '*Severity*\nwarning' },
                  { type: 'mrkdwn', text: '*Firing since*\n2001-06-14 13:30 UTC' },
                  { type: 'mrkdwn', text: '*Window*\n2001-06-14 14:45 to 15:45 UTC' },
                  { type: 'mrkdwn', text: '*Labels*\nteam=ground' },
                ],
              },
              { type: 'context', elements: [{ type: 'mrkdwn', text: 'congested|ORD|1' }] },
              {
                type: 'actions',
                elements: [
                  button('Runbook', firing.links.runbook),
                  button('Windows', firing.links.query),
                  button('History', firing.links.history),
                ],
              },
            ],
          },
        ],
      },
    });
  });

  it.each([
    ['firing as a warning', firing, '#f9a825'],
    ['escalated', escalated, '#c62828'],
    ['resolved', resolved, '#2e7d32'],
    ['about something', messageOf(noticeOf({ severity: 'info' })), '#1565c0'],
  ])('has a colour of its own when it is %s', (_, message, color) => {
    expect(slack(URL)(message).body).toMatchObject({ attachments: [{ color }] });
  });

  it('lists the first twenty alerts of a group, and says how many more there are', () => {
    const list = linesOf(crowd);

    expect(list).toHaveLength(21);
    expect(list[0]).toBe('• origin=A0: warning');
    expect(list.at(-1)).toBe('• and 180 more');
  });

  it('mentions nobody and links nowhere, whatever is in an event', () => {
    const message = messageOf(
      groupNotice(['<!channel>', keyText(['<https://example.com|ORD>']), 'A&B'], 'firing'),
    );

    expect(linesOf(message)).toEqual([
      '• origin=&lt;!channel&gt;: warning',
      '• origin=&lt;https://example.com|ORD&gt;: warning',
      '• origin=A&amp;B: warning',
    ]);
  });

  it('says what was held back before it', () => {
    const body = slack(URL)(messageOf(noticeOf({ heldBack: 4 }))).body;

    expect(JSON.stringify(body)).toContain('*Held back before*\\n4 messages');
  });
});

describe('a card for Teams', () => {
  it('says what, how bad, since when, and where to read on', () => {
    expect(contentOf(resolved)).toMatchObject({
      body: [
        {
          type: 'TextBlock',
          text: 'RESOLVED congested origin=ORD: 28.1 min (< 60), critical, after 2 h 15 min',
          color: 'good',
        },
        { type: 'TextBlock', text: 'Departures leave late on average: the airport is congested.' },
        {
          type: 'FactSet',
          facts: [
            { title: 'Severity', value: 'critical' },
            { title: 'Fired from', value: '2001-06-14 13:30 UTC' },
            { title: 'Window', value: '2001-06-14 14:45 to 15:45 UTC' },
            { title: 'Labels', value: 'team=ground' },
          ],
        },
      ],
      actions: [{ title: 'Runbook' }, { title: 'Windows' }, { title: 'History' }],
    });
  });

  it('has no list of what to press when there is nothing', () => {
    const rule = { alert: 'gone', key: 'ORD' };
    const gone = messageOf(
      noticeOf({ alert: 'gone', members: [{ state: late('ORD', rule), news: 'firing' }] }),
    );

    expect(gone.links).toEqual({});
    expect(contentOf(gone)).not.toHaveProperty('actions');
  });

  it('takes nothing for Markdown', () => {
    const [, first] = contentOf(messageOf(groupNotice(['[a](b)', '*'], 'firing'))).body;

    expect(first).toMatchObject({ text: 'origin=\\[a\\](b): warning' });
  });
});

function button(text: string, url: string | undefined): unknown {
  return { type: 'button', text: { type: 'plain_text', text }, url };
}

function linesOf(message: typeof firing): string[] {
  const { attachments } = slack(URL)(message).body as {
    readonly attachments: readonly {
      readonly blocks: readonly { readonly text?: { readonly text: string } }[];
    }[];
  };
  return attachments[0]?.blocks[1]?.text?.text.split('\n') ?? [];
}

function contentOf(message: typeof firing): { readonly body: readonly unknown[] } {
  const { attachments } = teams(URL)(message).body as {
    readonly attachments: readonly { readonly content: { readonly body: readonly unknown[] } }[];
  };
  return attachments[0]!.content;
}
