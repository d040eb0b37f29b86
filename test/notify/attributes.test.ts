import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attributesOf } from '../../lib/notify/attributes.ts';
import { buildMessage } from '../../lib/notify/build-message.ts';
import type { NoticeMessage } from '../../lib/notify/message.ts';
import { noticeOf, ruleNamed } from './notices.ts';

const message = buildMessage(noticeOf(), ruleNamed('congested'));
const values = (given: Partial<NoticeMessage> = {}) =>
  Object.fromEntries(
    Object.entries(attributesOf({ ...message, ...given })).map(([name, { StringValue: value }]) => [
      name,
      value,
    ]),
  );

describe('attributesOf', () => {
  it('are what it is, then the group, then the labels', () => {
    expect(Object.entries(values())).toEqual([
      ['alert', 'congested'],
      ['kind', 'firing'],
      ['state', 'firing'],
      ['severity', 'warning'],
      ['origin', 'ORD'],
      ['team', 'ground'],
    ]);
    expect(attributesOf(message).origin).toEqual({ DataType: 'String', StringValue: 'ORD' });
  });

  it('keeps its own names', () => {
    expect(values({ group: { state: 'NY' }, labels: { kind: 'shop', severity: 'high' } })).toMatchObject({
      state: 'firing',
      'group.state': 'NY',
      kind: 'firing',
      'label.kind': 'shop',
      severity: 'warning',
      'label.severity': 'high',
    });
  });

  it('are ten at most, the last labels being left out', () => {
    const labels = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`l${i}`, 'x']));

    expect(Object.keys(values({ labels }))).toEqual([
      'alert',
      'kind',
      'state',
      'severity',
      'origin',
      'l0',
      'l1',
      'l2',
      'l3',
      'l4',
    ]);
  });

  it('leaves out what is empty', () => {
    expect(values({ group: { origin: '' } })).not.toHaveProperty('origin');
  });

  it('have names and values that SNS takes, whatever the labels', () => {
    const texts = fc.dictionary(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string());
    const awkward = fc.constantFrom(
      { 'AWS.x': '1' },
      { '.x': '1' },
      { 'x.': '1' },
      { 'a..b': '1' },
      { 'amazon.y': '1' },
    );
    fc.assert(
      fc.property(texts, fc.oneof(texts, awkward), (group, labels) => {
        for (const [name, value] of Object.entries(values({ group, labels }))) {
          expect(name).toMatch(/^(?!aws\.|amazon\.)(?!\.)(?!.*\.\.)[\w.-]{1,256}(?<!\.)$/i);
          expect(value).not.toBe('');
        }
      }),
    );
  });
});
