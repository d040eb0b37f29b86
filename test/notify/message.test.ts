import { describe, expect, it } from 'vitest';
import { alertMessage, subjectOf, type AlertMessage } from '../../lib/notify/message.ts';
import { minutes } from '../support/pipeline.ts';

const state = {
  alert: 'slow',
  key: 'home',
  status: 'resolved',
  at: minutes(4),
  since: minutes(1),
  windowStart: minutes(1),
  judged: 'onTime',
  value: { n: 0, ms: null },
  severity: 'info',
  summary: 'Pages are slow.',
  version: 2,
} as const;

describe('alertMessage', () => {
  it('says when it began, what was judged, and what it is about', () => {
    expect(alertMessage(state, { page: 'home' })).toEqual({
      version: 1,
      id: 'slow|home|2',
      alert: 'slow',
      state: 'resolved',
      severity: 'info',
      key: { page: 'home' },
      at: '2024-01-01T00:04:00.000Z',
      since: '2024-01-01T00:01:00.000Z',
      window: { start: '2024-01-01T00:01:00.000Z', end: '2024-01-01T00:04:00.000Z' },
      judged: 'onTime',
      value: { n: 0, ms: null },
      summary: 'Pages are slow.',
    });
  });

  it('has no summary where the rule has none', () => {
    expect(alertMessage({ ...state, summary: undefined }, {})).not.toHaveProperty('summary');
  });
});

describe('subjectOf', () => {
  const message = (key: AlertMessage['key']) => subjectOf(alertMessage(state, key));

  it.each([
    [{ page: 'home' }, 'RESOLVED slow page=home (info)'],
    [{ page: 'home', user: 'ann' }, 'RESOLVED slow page=home user=ann (info)'],
    [{}, 'RESOLVED slow (info)'],
    [{ page: 'caf\u00E9\n\t' }, 'RESOLVED slow page=caf??? (info)'],
  ])('of %j is %s', (key, subject) => {
    expect(message(key)).toBe(subject);
  });

  it('is cut to what SNS takes', () => {
    const subject = message({ page: 'x'.repeat(200) });

    expect(subject).toHaveLength(99);
    expect(subject.endsWith('xxx...')).toBe(true);
  });
});
