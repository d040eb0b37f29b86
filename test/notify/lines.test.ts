import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Notice } from '../../lib/dispatch/notice.ts';
import { buildMessage } from '../../lib/notify/build-message.ts';
import { smsOf } from '../../lib/notify/sms.ts';
import { subjectOf } from '../../lib/notify/subject.ts';
import { alertNamed } from '../../lib/pipeline/pipeline.ts';
import { anyNotice, groupNotice, late, noticeOf, pipeline } from './notices.ts';

const messageOf = (notice: Notice) => buildMessage(notice, alertNamed(pipeline, notice.alert));
const subject = (notice: Notice) => subjectOf(messageOf(notice));
const one = (news: Notice['members'][number]['news'], given: Partial<Notice> = {}, state = late('ORD')) =>
  noticeOf({ members: [{ state, news }], ...given });
const resolved = late('ORD', { status: 'resolved', shown: 28.1 });
const origins = ['ATL', 'JFK', 'ORD'];

describe('subjectOf', () => {
  it.each([
    ['FIRING congested origin=ORD: 54.3 min (>= 45), warning', one('firing')],
    ['FIRING congested origin=ORD: no data, warning', one('firing', {}, late('ORD', { missing: true }))],
    [
      'ESCALATED congested origin=ORD: 54.3 min (< 60), critical',
      one('escalated', { kind: 'escalated', severity: 'critical' }, late('ORD', { severity: 'critical' })),
    ],
    [
      'STILL FIRING congested origin=ORD: was 54.3 min (>= 45), warning, for 2 h 15 min',
      one('goes on', { kind: 'renotified' }),
    ],
    [
      'STILL FIRING congested origin=ORD: no data, warning, for 2 h 15 min',
      one('goes on', { kind: 'renotified' }, late('ORD', { missing: true })),
    ],
    [
      'RESOLVED congested origin=ORD: 28.1 min (< 45), warning, after 2 h 15 min',
      one('resolved', { kind: 'resolved', firing: 0 }, resolved),
    ],
    ['FLAPPING congested origin=ORD (warning)', one('flapping', { kind: 'flapping' })],
    ['FIRING quiet: 3 origins (warning)', groupNotice(origins, 'firing')],
    [
      'FIRING quiet: 200 origins, 3 of them new (critical)',
      groupNotice(origins, 'firing', { firing: 200, severity: 'critical' }),
    ],
    [
      'ESCALATED quiet: 3 of 200 origins (warning)',
      groupNotice(origins, 'escalated', { kind: 'escalated', firing: 200 }),
    ],
    [
      'STILL FIRING quiet: 3 origins (warning, for 2 h 15 min)',
      groupNotice(origins, 'goes on', { kind: 'renotified' }),
    ],
    [
      'PARTLY RESOLVED quiet: 1 origin resolved, 7 still firing (warning)',
      groupNotice(['ATL'], 'resolved', { kind: 'updated', firing: 7 }),
    ],
    [
      'RESOLVED quiet: 3 origins (warning, after 2 h 15 min)',
      groupNotice(origins, 'resolved', { kind: 'resolved' }),
    ],
    [
      'FLAPPING quiet: 3 origins, 5 firing (warning)',
      groupNotice(origins, 'flapping', { kind: 'flapping', firing: 5 }),
    ],
    [
      'FIRING late origin=ORD: 2 airlines (warning)',
      noticeOf({
        members: ['ORD|UA', 'ORD|AA'].map((key) => ({
          state: late(key, { alert: 'late' }),
          news: 'firing' as const,
        })),
      }),
    ],
  ])('is %s', (expected, notice) => {
    expect(subject(notice)).toBe(expected);
  });

  it('does not count news of which only the first are listed', () => {
    const many = Array.from({ length: 50 }, (_, i) => `O${i}`);

    expect(subject(groupNotice(many, 'firing', { firing: 200 }))).toBe('FIRING quiet: 200 origins (warning)');
  });

  it('says in another way what each kind tells', () => {
    const kinds = ['firing', 'escalated', 'renotified', 'updated', 'resolved', 'flapping'] as const;
    const subjects = kinds.map(
      (kind) => subject(groupNotice(origins, 'goes on', { kind })).split(' quiet')[0],
    );

    expect(new Set(subjects).size).toBe(kinds.length);
  });

  it('cuts where it is before what it is', () => {
    const long = subject(one('firing', {}, late('x'.repeat(200))));

    expect(long).toHaveLength(99);
    expect(long).toMatch(/^FIRING congested origin=x+\.\.\.: 54\.3 min \(>= 45\), warning$/);
  });

  it('is plain ASCII', () => {
    expect(subject(one('firing', {}, late('caf\u00E9\n\u4E2D')))).toBe(
      'FIRING congested origin=cafe??: 54.3 min (>= 45), warning',
    );
  });

  it('is what SNS takes, whatever the notice', () => {
    fc.assert(
      fc.property(anyNotice, (notice) => {
        expect(subject(notice)).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
      }),
    );
  });
});

describe('smsOf', () => {
  it('says since when, and where to read what to do', () => {
    expect(smsOf(messageOf(one('firing')))).toBe(
      'FIRING congested origin=ORD: 54.3 min (>= 45), warning. Since 2001-06-14 13:30 UTC https://wiki.example.com/congested',
    );
    expect(smsOf(messageOf(one('resolved', { kind: 'resolved', firing: 0 }, resolved)))).toBe(
      'RESOLVED congested origin=ORD: 28.1 min (< 45), warning, after 2 h 15 min https://wiki.example.com/congested',
    );
  });

  it('leaves the address out where there is no room', () => {
    const text = smsOf(messageOf(one('firing', {}, late('x'.repeat(60)))));

    expect(text).toMatch(/warning\. Since 2001-06-14 13:30 UTC$/);
  });

  it('keeps the letters of the alphabet, and takes others for the nearest', () => {
    expect(smsOf(messageOf(one('firing', {}, late('\u00C5\u00F1\u00E2\u4E2D`'))))).toContain(
      'origin=\u00C5\u00F1a??:',
    );
  });

  it('fits into one message, whatever the notice', () => {
    // The alphabet as phones have it, apart from what the code has.
    const basic = /^[A-Za-z0-9@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./:;<=>?¡ÄÖÑÜ§¿äöñüà^{}\\[~\]|€]*$/;
    fc.assert(
      fc.property(anyNotice, (notice) => {
        const text = smsOf(messageOf(notice));

        expect(text).toMatch(basic);
        expect(text.length + (text.match(/[\^{}\\[~\]|€]/g)?.length ?? 0)).toBeLessThan(160);
      }),
    );
  });
});
