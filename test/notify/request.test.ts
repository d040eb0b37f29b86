import { describe, expect, it } from 'vitest';
import { MOST_MEMBERS, type Notice } from '../../lib/dispatch/notice.ts';
import { buildMessage } from '../../lib/notify/build-message.ts';
import type { NoticeMessage } from '../../lib/notify/message.ts';
import { requestOf, requestTo } from '../../lib/notify/request.ts';
import { groupNotice, late, noticeOf, ruleNamed } from './notices.ts';

const LIMIT = 262_144;
const message = (given: Partial<Notice> = {}) => buildMessage(noticeOf(given), ruleNamed('congested'));
const bodies = (of: NoticeMessage) =>
  JSON.parse(requestOf(of).Message ?? '') as {
    readonly default: string;
    readonly email: string;
    readonly sms: string;
  };
const listed = (of: NoticeMessage) => JSON.parse(bodies(of).default) as NoticeMessage;
const bytes = (of: NoticeMessage) => {
  const { Message: text = '', Subject: subject = '', MessageAttributes: attributes = {} } = requestOf(of);
  const names = Object.entries(attributes).flatMap(([name, { DataType, StringValue }]) => [
    name,
    DataType,
    StringValue,
  ]);
  return Buffer.byteLength([text, subject, ...names].join(''));
};

describe('requestOf', () => {
  it('has the JSON for machines, and texts for e-mail and SMS', () => {
    const { default: json, email, sms, ...others } = bodies(message());

    expect(JSON.parse(json)).toEqual(message());
    expect(email).toMatch(/^FIRING: congested, warning\norigin=ORD\n/);
    expect(sms).toMatch(/^FIRING congested origin=ORD/);
    expect(others).toEqual({});
    expect(requestOf(message()).MessageStructure).toBe('json');
  });

  it('shows the last values to people alone', () => {
    const { Message: text = '' } = requestOf(message(), [1, 2]);
    const { default: json, email } = JSON.parse(text) as { readonly default: string; readonly email: string };

    expect(email).toContain('▁█');
    expect(JSON.parse(json)).toEqual(message());
  });

  it('leaves out the last alerts where all are too large, and says how many', () => {
    const origins = Array.from({ length: MOST_MEMBERS }, (_, i) => `O${i}`);
    const whole = groupNotice(origins, 'firing', { firing: 60 });
    // Quotes are escaped twice: a JSON in a JSON in a JSON.
    const members = whole.members.map(({ state, news }) => ({
      state: { ...state, value: { text: '"'.repeat(4_000) } },
      news,
    }));
    const large = buildMessage({ ...whole, members }, ruleNamed('quiet'));
    const { alerts, counts } = listed(large);

    expect(bytes(large)).toBeLessThan(LIMIT);
    expect(alerts.length).toBeGreaterThan(10);
    expect(alerts).toEqual(large.alerts.slice(0, alerts.length));
    expect(counts).toEqual({ firing: 60, resolved: 0, heldBack: 0, leftOut: 60 - alerts.length });
  });

  it('leaves out the value of an alert that is too large by itself', () => {
    const state = late('ORD', { value: { text: 'x'.repeat(300_000) } });
    const large = message({ members: [{ state, news: 'firing' }] });

    expect(bytes(large)).toBeLessThan(LIMIT);
    expect(listed(large)).toMatchObject({ key: { origin: 'ORD' }, value: {}, alerts: [{ value: {} }] });
  });
});

describe('requestTo', () => {
  const to = (arn: string, given: Partial<Notice> = {}) =>
    requestTo(arn, message(given), requestOf(message(given)));

  it('has no group and no deduplication for a standard topic', () => {
    expect(to('arn:aws:sns:us-east-1:0:alerts')).toEqual({
      ...requestOf(message()),
      TopicArn: 'arn:aws:sns:us-east-1:0:alerts',
    });
  });

  describe('of a FIFO topic', () => {
    const fifo = (given?: Partial<Notice>) => to('arn:aws:sns:us-east-1:0:alerts.fifo', given);

    it('keeps the messages of a group in order, each by itself', () => {
      const [first, again, second, other] = [fifo(), fifo(), fifo({ number: 2 }), fifo({ group: 'ATL' })];

      expect(first.MessageGroupId).toBe('congested|ORD');
      expect(second.MessageGroupId).toBe('congested|ORD');
      expect(other.MessageGroupId).toBe('congested|ATL');
      expect(again.MessageDeduplicationId).toBe(first.MessageDeduplicationId);
      expect(new Set([first, second, other].map((one) => one.MessageDeduplicationId)).size).toBe(3);
      expect(first.MessageDeduplicationId).toMatch(/^[0-9a-f]{64}$/);
    });

    it.each([
      ['too long', 'x'.repeat(200)],
      ['not of the characters that may stand there', 'S\u00E3o Paulo'],
    ])('hashes a group that is %s', (_, group) => {
      expect(fifo({ group }).MessageGroupId).toMatch(/^[0-9a-f]{64}$/);
      expect(fifo({ group }).MessageGroupId).not.toBe(fifo({ group: `${group}y` }).MessageGroupId);
      expect(fifo({ group }).MessageGroupId).toBe(fifo({ group, number: 2 }).MessageGroupId);
    });
  });
});
