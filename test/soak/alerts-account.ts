import { isDeepStrictEqual } from 'node:util';
import { transitionId, type AlertState } from '../../lib/alerts/state.ts';
import type { NoticeMessage } from '../../lib/notify/message.ts';
import { isCongested, type Expected } from './expected.ts';

const SLIDE = 15 * 60_000;

/**
 * Holds the messages that a subscriber received against the transitions that were written: they take turns, each was
 * received at least once under its id with one content, and nothing else was.
 *
 * @param transitions in the order in which they were written
 * @param received each of one alert: the rule's groups are its keys, and nothing waits
 */
export function accountAlerts(
  transitions: readonly AlertState[],
  received: readonly NoticeMessage[],
): string[] {
  return [...checkTurns(transitions), ...checkMessages(transitions, received)];
}

/**
 * What is due by the data up to a watermark, and nobody was told: each airport's windows after its last transition are judged
 * once more.
 *
 * @param watermark in ms
 */
export function accountDue(
  panes: readonly Expected[],
  transitions: readonly AlertState[],
  watermark: number,
): string[] {
  const departures = panes.filter(({ aggregate }) => aggregate.name === 'departures');
  const violations: string[] = [];
  for (const origin of new Set(departures.map(({ key }) => key))) {
    const mine = departures.filter(({ key }) => key === origin);
    const last = transitions.findLast(({ key }) => key === origin);
    const isFiring = last?.status === 'firing';
    const first = Math.min(...mine.map(({ start }) => start));
    for (let end = (last?.at ?? first) + SLIDE; end <= watermark; end += SLIDE) {
      if (isCongested(mine, origin, end, isFiring) === isFiring) continue;
      violations.push(
        `alert congested of ${origin} is ${isFiring ? 'resolved' : 'firing'} since ${new Date(end).toISOString()}, which nobody was told`,
      );
      break;
    }
  }
  return violations;
}

function checkTurns(transitions: readonly AlertState[]): string[] {
  const violations: string[] = [];
  const last = new Map<string, AlertState>();
  for (const state of transitions) {
    const who = `alert ${state.alert} of ${state.key}`;
    const before = last.get(who);
    last.set(who, state);
    const version = (before?.version ?? 0) + 1;
    if (state.version !== version)
      violations.push(`${who} has transition ${state.version} where ${version} should be`);
    if (state.status === (before?.status ?? 'resolved')) violations.push(`${who} is ${state.status} twice`);
    if (state.at <= (before?.at ?? -Infinity)) violations.push(`${who} goes back in time`);
  }
  return violations;
}

function checkMessages(transitions: readonly AlertState[], received: readonly NoticeMessage[]): string[] {
  const violations: string[] = [];
  const messages = new Map<string, NoticeMessage>();
  for (const message of received) {
    const { id } = message;
    if (!isDeepStrictEqual(messages.get(id) ?? message, message))
      violations.push(`message ${id} was received with two contents`);
    messages.set(id, message);
  }
  for (const transition of transitions) {
    const id = transitionId(transition);
    const message = messages.get(id);
    messages.delete(id);
    if (message === undefined) violations.push(`transition ${id} was never received`);
    else if (message.state !== transition.status)
      violations.push(`message ${id} does not say what its transition is`);
  }
  for (const id of messages.keys()) violations.push(`message ${id} is of no transition`);
  return violations;
}
