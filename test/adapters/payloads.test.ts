import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertmanagerWebhook } from '../../lib/adapters/alertmanager-webhook.ts';
import { alertmanager } from '../../lib/adapters/alertmanager.ts';
import { pagerDuty, PAGERDUTY_URLS } from '../../lib/adapters/pagerduty.ts';
import type { Adapter } from '../../lib/adapters/port.ts';
import { slack } from '../../lib/adapters/slack.ts';
import { teams } from '../../lib/adapters/teams.ts';
import { groupNotice, late, noticeOf } from '../notify/notices.ts';
import { anyMessage, crowd, messageOf } from './messages.ts';
import { faultsOf } from './schemas.ts';

const URL = 'https://hooks.example.com/a';
const KEY = 'k'.repeat(32);
const adapters: readonly (readonly [Parameters<typeof faultsOf>[0], Adapter])[] = [
  ['slack', slack(URL)],
  ['teams', teams(URL)],
  ['pagerDuty', pagerDuty(KEY, PAGERDUTY_URLS.us)],
  ['alertmanager', alertmanager(URL, Date.now)],
  ['alertmanagerWebhook', alertmanagerWebhook(URL)],
];

// As long as a key may be, of characters that take most room as UTF-8, and of those that are escaped.
const long = ['漢', '&', '*', '🛫'].map((character) => {
  const name = character.repeat(Math.floor(900 / Buffer.byteLength(character)));
  const members = Array.from({ length: 50 }, (_, i) => ({
    state: late(`${name.slice(4)}${i}`, { alert: 'quiet', summary: name.repeat(20) }),
    news: 'firing' as const,
  }));
  return [character, messageOf({ ...groupNotice([], 'firing'), members, firing: 900 })] as const;
});

describe.each(adapters)('what %s is sent', (name, adapt) => {
  it('is what its documentation says, whatever the message', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        expect(faultsOf(name, adapt(message).body)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it.each(long)('keeps to its limits with long values of %s', (_, message) => {
    expect(faultsOf(name, adapt(message).body)).toEqual([]);
  });

  it('is refused by the schema with a field more', () => {
    const body = adapt(crowd).body;
    const broken = Array.isArray(body) ? [{ ...body[0], extra: 1 }] : { ...(body as object), extra: 1 };

    expect(faultsOf(name, body)).toEqual([]);
    expect(faultsOf(name, broken)).not.toEqual([]);
  });

  it('is the same for a message that is repeated', () => {
    const once = name === 'alertmanager' ? alertmanager(URL, () => 0) : adapt;

    expect(once(messageOf(noticeOf()))).toEqual(once(messageOf(noticeOf())));
  });
});

it.each(long)('a card for Teams has less than 28 KB with long values of %s', (_, message) => {
  expect(Buffer.byteLength(JSON.stringify(teams(URL)(message).body))).toBeLessThan(28_000);
});
