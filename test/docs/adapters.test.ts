import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { pagerDuty, PAGERDUTY_URLS } from '../../lib/adapters/pagerduty.ts';
import { RULED } from '../../lib/serverless/parameter-rules.mjs';
import { firing } from '../adapters/messages.ts';

let manual: string;

beforeAll(async () => {
  manual = await readFile(fileURLToPath(new URL('../../docs/adapters.md', import.meta.url)), 'utf8');
});

describe('docs/adapters.md', () => {
  it('shows an event of PagerDuty as it is made', () => {
    const [, example = ''] = /```json\n([^`]+)```/.exec(manual) ?? [];
    const event = JSON.parse(example) as { readonly routing_key: string };

    expect(event).toEqual(pagerDuty(event.routing_key, PAGERDUTY_URLS.us)(firing).body);
  });

  it('names every parameter that switches a function on', () => {
    const parameters = [...manual.matchAll(/^\| `(\w+)` +\| `\w+` +\|/gm)].map(([, name]) => name ?? '');

    expect(parameters.filter((name) => RULED.includes(name))).toEqual([
      'slackWebhook',
      'teamsWebhook',
      'pagerDutyKey',
      'alertmanagerUrl',
      'alertWebhook',
    ]);
  });
});
