import { describe, expect, test } from 'vitest';
import type { AlertState } from '../../lib/alerts/state.ts';
import { buildMessage } from '../../lib/notify/build-message.ts';
import type { NoticeMessage } from '../../lib/notify/message.ts';
import { noticeOf } from '../notify/notices.ts';
import { alertState } from '../support/alert-state.ts';
import pipeline from '../../pipeline.ts';
import { accountAlerts, accountDue } from './alerts-account.ts';
import { AGGREGATES, type Expected } from './expected.ts';

function transition(version: number, fields: Partial<AlertState> = {}): AlertState {
  return alertState({
    alert: 'congested',
    key: 'ATL',
    status: version % 2 === 1 ? 'firing' : 'resolved',
    at: version * 1_000,
    value: { flights: 20 },
    version,
    ...fields,
  });
}

function received(state: AlertState): NoticeMessage {
  const { key: group, version: number } = state;
  const news = state.status === 'firing' ? 'firing' : 'resolved';
  return buildMessage(noticeOf({ group, number, members: [{ state, news }] }), pipeline.alerts[0]);
}

describe('accountAlerts', () => {
  test('finds nothing where each transition was received, once or more often', () => {
    const transitions = [transition(1), transition(1, { key: 'ORD' }), transition(2)];
    const messages = transitions.map(received);
    expect(accountAlerts(transitions, [...messages, messages[0]!])).toEqual([]);
  });

  test('names the transition that nobody received, and the message of no transition', () => {
    expect(accountAlerts([transition(1)], [received(transition(1, { key: 'ORD' }))])).toEqual([
      'transition congested|ATL|1 was never received',
      'message congested|ORD|1 is of no transition',
    ]);
  });

  test('names an id that was received with two contents', () => {
    const messages = [received(transition(1)), received(transition(1, { at: 7_000 }))];
    expect(accountAlerts([transition(1)], messages)).toEqual([
      'message congested|ATL|1 was received with two contents',
    ]);
  });

  test('wants transitions to take turns, without a gap, and to go on in time', () => {
    const transitions = [transition(1), transition(3), transition(4, { at: 500 })];
    expect(accountAlerts(transitions, transitions.map(received))).toEqual([
      'alert congested of ATL has transition 3 where 2 should be',
      'alert congested of ATL is firing twice',
      'alert congested of ATL goes back in time',
    ]);
  });
});

describe('accountDue', () => {
  const HOUR = 3_600_000;

  function pane(hours: number, n: number, mean: number): Expected {
    return {
      aggregate: AGGREGATES[0]!,
      key: 'ATL',
      start: hours * HOUR,
      n,
      delay: n * mean,
      worst: mean,
      miles: 0,
    };
  }

  test('finds nothing where all that is due was told, or the watermark is not there yet', () => {
    const panes = [pane(0, 20, 50), pane(1, 20, 10)];
    const fired = transition(1, { at: HOUR / 4 });
    expect(accountDue(panes, [fired, transition(2, { at: 1.25 * HOUR })], 9 * HOUR)).toEqual([]);
    expect(accountDue(panes, [fired], 1.2 * HOUR)).toEqual([]);
    expect(accountDue([pane(0, 19, 50), pane(3, 20, 45)], [], 9 * HOUR)).toEqual([]);
  });

  test('names what nobody was told', () => {
    expect(accountDue([pane(1, 20, 50)], [], 9 * HOUR)).toEqual([
      'alert congested of ATL is firing since 1970-01-01T01:15:00.000Z, which nobody was told',
    ]);
    expect(accountDue([pane(1, 20, 50)], [transition(1, { at: 1.25 * HOUR })], 9 * HOUR)).toEqual([
      'alert congested of ATL is resolved since 1970-01-01T02:15:00.000Z, which nobody was told',
    ]);
  });
});
