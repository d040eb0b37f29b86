import { describe, expect, test } from 'vitest';
import type { AlertState } from '../../lib/alerts/state.ts';
import { alertMessage } from '../../lib/notify/message.ts';
import { accountAlerts } from './alerts-account.ts';

function transition(version: number, fields: Partial<AlertState> = {}): AlertState {
  return {
    alert: 'congested',
    key: 'ATL',
    status: version % 2 === 1 ? 'firing' : 'resolved',
    at: version * 1_000,
    since: 0,
    windowStart: 0,
    value: { flights: 20 },
    severity: 'warning',
    summary: undefined,
    version,
    ...fields,
  };
}

function received(state: AlertState): string {
  return JSON.stringify(alertMessage(state, { origin: state.key }));
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
