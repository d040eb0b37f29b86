import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { requestOf } from '../../lib/notify/request.ts';
import schema from '../../schemas/alert-message.v2.schema.json' with { type: 'json' };
import { examples, type Example } from './messages.ts';

const page = await readFile(new URL('../../docs/messages.md', import.meta.url), 'utf8');
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)\n\`\`\`$`, 'gm'))].map(([, text = '']) => text);

const STAGE = '--stage prod --service weir --region us-east-1';

function textsOf({ message, lastValues }: Example) {
  const { Subject: subject, Message: text = '' } = requestOf(message, lastValues, STAGE);
  const { email, sms } = JSON.parse(text) as { readonly email: string; readonly sms: string };
  return { subject, email, sms };
}

describe('the page on messages', () => {
  it('has the JSON that is made', () => {
    expect(JSON.parse(blocks('json')[0] ?? '')).toEqual(examples.firing.message);
  });

  it('has the texts that are made', () => {
    const [one, group] = [textsOf(examples.firing), textsOf(examples.groupFiring)];

    expect(blocks('text')).toEqual([one.sms, one.email.trimEnd(), group.email.trimEnd()]);
  });

  it.each(['firing', 'escalated', 'renotified', 'groupUpdated', 'resolved', 'flapping'] as const)(
    'has the subject of %s',
    (name) => {
      const { message } = examples[name];
      const row = page.split('\n').find((line) => line.startsWith(`| \`${message.kind}\` `));

      expect(row).toContain(`\`${textsOf(examples[name]).subject}\``);
    },
  );

  it('has the subject of a group', () => {
    expect(page).toContain(`\`${textsOf(examples.groupFiring).subject}\``);
  });

  it.each([
    ...Object.keys(schema.properties).filter((name) => !['counts', 'links'].includes(name)),
    ...Object.keys(schema.properties.counts.properties).map((name) => `counts.${name}`),
    ...Object.keys(schema.properties.links.properties).map((name) => `links.${name}`),
    ...Object.keys(schema.$defs.alert.properties),
  ])('says what %s is', (name) => {
    expect(page).toMatch(new RegExp(`^\\| (?:\`\\w+\`, )*\`${name}\`[, ]`, 'm'));
  });
});
