import { describe, expect, it } from 'vitest';
import { buildMessage, withAlerts } from '../../lib/notify/build-message.ts';
import { AT, groupNotice, late, noticeOf, ruleNamed } from './notices.ts';

const congested = ruleNamed('congested');
const quiet = ruleNamed('quiet');

describe('buildMessage', () => {
  it('says of one alert what it is, and that at the top too', () => {
    const alert = {
      key: { origin: 'ORD' },
      window: { start: '2001-06-14T14:45:00.000Z', end: '2001-06-14T15:45:00.000Z' },
      judged: 'onTime',
      value: { flights: 66, delay: 54.25757575757576 },
    };

    expect(buildMessage(noticeOf({ heldBack: 2 }), congested)).toEqual({
      version: 2,
      id: 'congested|ORD|1',
      kind: 'firing',
      state: 'firing',
      alert: 'congested',
      severity: 'warning',
      group: { origin: 'ORD' },
      labels: { team: 'ground' },
      at: '2001-06-14T15:45:00.000Z',
      since: '2001-06-14T13:30:00.000Z',
      summary: 'Departures leave late on average: the airport is congested.',
      runbook: 'https://wiki.example.com/congested',
      counts: { firing: 1, resolved: 0, heldBack: 2, leftOut: 0 },
      alerts: [
        {
          ...alert,
          state: 'firing',
          news: 'firing',
          severity: 'warning',
          since: '2001-06-14T13:30:00.000Z',
          at: '2001-06-14T15:45:00.000Z',
          missing: false,
          shown: { value: 54.25757575757576, threshold: 45, unit: 'min' },
        },
      ],
      links: { runbook: 'https://wiki.example.com/congested' },
      ...alert,
    });
  });

  it('holds a number against the threshold of its severity', () => {
    const members = [{ state: late('ORD', { severity: 'critical' }), news: 'escalated' as const }];

    expect(buildMessage(noticeOf({ members }), congested).alerts[0]?.shown).toMatchObject({ threshold: 60 });
  });

  it('has no number where the rule names none, and the band where there is one', () => {
    const band = { actual: 9, expected: 3, low: 1, high: null };
    const state = late('ORD', { alert: 'quiet', shown: null, band });
    const [alert] = buildMessage(noticeOf({ members: [{ state, news: 'firing' }], group: '' }), quiet).alerts;

    expect(alert).not.toHaveProperty('shown');
    expect(alert?.band).toEqual(band);
  });

  it('takes one that recovers for firing', () => {
    const members = [{ state: late('ORD', { status: 'recovering' }), news: 'goes on' as const }];
    const message = buildMessage(noticeOf({ members, firing: 1 }), congested);

    expect([message.state, message.alerts[0]?.state]).toEqual(['firing', 'firing']);
  });

  it('counts those that it does not list, and has nothing at the top of several', () => {
    const message = buildMessage(groupNotice(['ATL', 'ORD'], 'firing', { firing: 200 }), quiet);

    expect(message.counts).toEqual({ firing: 200, resolved: 0, heldBack: 0, leftOut: 198 });
    expect(message).not.toHaveProperty('key');
    expect(message.group).toEqual({});
  });

  it('has nothing at the top if it lists one of several', () => {
    expect(buildMessage(groupNotice(['ATL'], 'escalated', { firing: 3 }), quiet)).not.toHaveProperty(
      'window',
    );
  });

  it('counts one that is flapping and does not fire as neither', () => {
    const members = [{ state: late('ORD', { status: 'resolved' }), news: 'flapping' as const }];
    const message = buildMessage(noticeOf({ kind: 'flapping', members, firing: 0 }), congested);

    expect(message.counts).toMatchObject({ firing: 0, resolved: 0, leftOut: 0 });
    expect(message.state).toBe('resolved');
    expect(message.key).toEqual({ origin: 'ORD' });
  });

  it('names the dimensions that the rule groups by', () => {
    const members = [{ state: late('ORD|UA', { alert: 'late' }), news: 'firing' as const }];
    const message = buildMessage(noticeOf({ members, group: 'ORD' }), ruleNamed('late'));

    expect([message.group, message.key]).toEqual([{ origin: 'ORD' }, { origin: 'ORD', airline: 'UA' }]);
  });

  it('still says what it can of a rule that has left', () => {
    expect(buildMessage(noticeOf(), undefined, 'https://api.example.com')).toMatchObject({
      group: { group: 'ORD' },
      key: { key: 'ORD' },
      labels: {},
      links: {},
    });
    expect(buildMessage(noticeOf({ group: '' }), undefined).group).toEqual({});
  });

  it('says the summary as it stood when the rule was judged', () => {
    const members = [{ state: late('ORD', { summary: 'It was so.' }), news: 'firing' as const }];

    expect(buildMessage(noticeOf({ members }), congested).summary).toBe('It was so.');
  });
});

describe('the links', () => {
  const url = 'https://api.example.com/';

  it('lead to the windows around, and to what has happened', () => {
    const members = [{ state: late('A B'), news: 'firing' as const }];

    expect(buildMessage(noticeOf({ members }), congested, url).links).toEqual({
      query:
        'https://api.example.com/aggregates/departures?origin=A+B&from=2001-06-14T13%3A45%3A00.000Z&to=2001-06-14T16%3A45%3A00.000Z',
      runbook: 'https://wiki.example.com/congested',
      history: 'https://api.example.com/alerts/congested/history?origin=A+B',
    });
  });

  it('lead to a pane before and after where there is no window', () => {
    const members = [{ state: late('ORD', { windowStart: AT }), news: 'firing' as const }];

    expect(buildMessage(noticeOf({ members }), congested, url).links.query).toContain(
      'from=2001-06-14T15%3A30%3A00.000Z&to=2001-06-14T16%3A00%3A00.000Z',
    );
  });

  it('are none without an address', () => {
    expect(buildMessage(noticeOf(), congested, '').links).not.toHaveProperty('query');
  });
});

describe('withAlerts', () => {
  it('leaves the last out, and counts them', () => {
    const message = buildMessage(groupNotice(['ATL', 'JFK', 'ORD'], 'firing', { firing: 5 }), quiet);
    const cut = withAlerts(message, 1);

    expect(cut.alerts).toEqual(message.alerts.slice(0, 1));
    expect(cut.counts).toMatchObject({ firing: 5, leftOut: 4 });
  });
});
