import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { dispatch } from '../../lib/dispatch/dispatch.ts';
import { emptyGroup, type Group } from '../../lib/dispatch/group.ts';
import type { Notice } from '../../lib/dispatch/notice.ts';
import type { Quiet } from '../../lib/dispatch/port.ts';
import { NO_QUIET } from '../../lib/dispatch/quiet.ts';
import type { AlertState } from '../../lib/alerts/state.ts';
import { groupItem } from '../../lib/store/group-item.ts';
import { alertState } from '../support/alert-state.ts';
import { Telltale, telling } from '../support/dispatch.ts';
import { minutes } from '../support/pipeline.ts';

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
const MOST_ITEM_BYTES = 400 * 1024;
const MANY = 5000;
const UNTIL = 80;

const firing = (count: number, given: (i: number) => Partial<AlertState> = () => ({})): AlertState[] =>
  Array.from({ length: count }, (_, i) =>
    alertState({ key: `key ${i}`, at: minutes(i / count), ...given(i) }),
  );
const resolved = (states: readonly AlertState[], minute: number): AlertState[] =>
  states.map((state) => ({ ...state, status: 'resolved', at: minutes(minute), version: state.version + 1 }));

function counting(quiet: Quiet = NO_QUIET): { quiet: Quiet; calls: () => number } {
  let calls = 0;
  const counted = <Answer>(answer: Answer): Answer => {
    calls++;
    return answer;
  };
  return {
    quiet: {
      silencedUntil: (state, time) => counted(quiet.silencedUntil(state, time)),
      isInhibited: (state, time) => counted(quiet.isInhibited(state, time)),
      isAcknowledged: (state) => counted(quiet.isAcknowledged(state)),
    },
    calls: () => calls,
  };
}

function bytesOf(group: Group, notices: readonly Notice[]): number {
  return Object.entries(groupItem(group, notices)).reduce((sum, [name, { S, N, B }]) => {
    return sum + name.length + Buffer.byteLength(S ?? N ?? '') + (B?.length ?? 0);
  }, 0);
}

describe('a group of thousands of alerts', () => {
  it.each([
    ['each told of at once', telling({ groupWait: 0 })],
    ['told of together', telling({ groupWait: 5 })],
    ['held back', telling({ maxPerHour: 1 })],
    ['that flap', telling({ groupWait: 5, flapping: { turns: 2, within: 30 } })],
  ])('asks about each of them a few times: %s', (_what, rule) => {
    const { quiet, calls } = counting();
    const telltale = new Telltale(rule, quiet);
    const states = firing(MANY);
    telltale.until(10, states);
    telltale.until(200, resolved(states, 20));

    expect(calls()).toBeGreaterThan(0);
    expect(calls()).toBeLessThanOrEqual(8 * MANY);
  });

  it('asks about each a few times where silences and other alerts keep them back', () => {
    const silenced = counting({
      ...NO_QUIET,
      silencedUntil: (_s, time) => (time < minutes(30) ? minutes(30) : undefined),
    });
    new Telltale(telling(), silenced.quiet).until(60, firing(MANY));
    expect(silenced.calls()).toBeLessThanOrEqual(8 * MANY);

    const inhibited = counting({ ...NO_QUIET, isInhibited: (_s, time) => time < minutes(3) });
    new Telltale(telling(), inhibited.quiet).until(60, firing(MANY));
    expect(inhibited.calls()).toBeLessThanOrEqual(12 * MANY);
  });

  it('tells of many changes by one notice', () => {
    const telltale = new Telltale(telling({ groupWait: 5 }));
    telltale.until(10, firing(1000));
    telltale.until(30, resolved(firing(1000), 20));
    expect(telltale.notices.map(({ kind, firing, resolved }) => [kind, firing, resolved])).toEqual([
      ['firing', 1000, 0],
      ['resolved', 0, 1000],
    ]);
  });

  it('stays within an item, whatever its keys are and its conditions saw, and goes on after each write', () => {
    const rule = telling({ groupInterval: 1, renotify: 1, flapping: { turns: 6, within: 60 } });
    const states = [
      ...firing(200, (i) => ({ key: `${i} ${randomBytes(384).toString('base64')}`, at: minutes(i / 4) })),
      ...firing(MANY, (i) => ({
        key: `${i} ${randomBytes(15).toString('base64')}`,
        at: minutes(i / 100),
        value: { top: randomBytes(i % 100 === 0 ? 15_000 : 100).toString('base64') },
        shown: Math.random(),
      })),
    ];
    let group = emptyGroup(rule.name, '');
    let left: readonly AlertState[] = states;
    const notices: Notice[] = [];
    for (
      let writes = 0, next: number | undefined = 0;
      next !== undefined && next <= minutes(UNTIL);
      writes++
    ) {
      const given = dispatch(rule, group, left, minutes(UNTIL), NO_QUIET);
      expect(bytesOf(given.group, given.notices)).toBeLessThan(MOST_ITEM_BYTES);
      expect(writes).toBeLessThan(1000);
      notices.push(...given.notices);
      ({ group, next, rest: left } = given);
    }

    expect(notices.at(-1)).toMatchObject({ kind: 'renotified', firing: MANY + 200 });
    expect(notices.at(-1)?.at).toBeGreaterThan(minutes(UNTIL - 1));
    expect(group.members.length).toBeGreaterThan(1000);
    expect(group.members.length + group.unlisted).toBe(MANY + 200);
    expect(notices.map(({ number }) => number)).toEqual(notices.map((_, i) => i + 1));
  });

  it('has room again for others once some have resolved', () => {
    const telltale = new Telltale(telling({ groupWait: 60 }));
    const states = firing(MANY).flatMap((state) => [
      state,
      { ...state, status: 'resolved' as const, version: 2 },
    ]);
    expect(telltale.until(10, [...states, alertState({ key: 'last', at: minutes(9) })])).toEqual([]);
    expect(telltale.group).toMatchObject({ members: [{ state: { key: 'last' } }], unlisted: 0 });
  });

  it('bounds what it keeps and tells of what the conditions saw, and what it remembers of resolved ones', () => {
    const rule = telling({ groupWait: 5, groupInterval: 5 });
    const states = firing(600, (i) => ({
      key: `${i} ${randomBytes(600).toString('base64')}`.slice(0, 250),
      at: minutes(0),
      value: { top: randomBytes(9000).toString('base64') },
    }));
    const waiting = dispatch(rule, emptyGroup(rule.name, ''), states, minutes(1), NO_QUIET);
    const told = dispatch(rule, waiting.group, [], minutes(5), NO_QUIET);
    const ended = resolved(states, 6);
    const over = dispatch(rule, told.group, ended, minutes(20), NO_QUIET);

    for (const { group, notices } of [waiting, told, over]) {
      expect(bytesOf(group, notices)).toBeLessThan(MOST_ITEM_BYTES);
    }
    const details = (list: readonly { state: AlertState }[]): number =>
      list.filter(({ state }) => 'top' in state.value).length;
    expect([waiting.group.members, told.notices[0]?.members ?? []].map(details)).toEqual([3, 3]);
    expect(JSON.stringify(over.group.settled).length).toBeLessThan(20_000);
    const latest = [...states.slice(-50), ...ended.slice(-50)];
    expect(dispatch(rule, over.group, latest, minutes(60), NO_QUIET).notices).toEqual([]);
    expect(over.group.settled.map(({ key }) => key)).toContain(states.at(-1)?.key);
  });

  it('counts those that it has no room for, until all that it lists have resolved', () => {
    const telltale = new Telltale(telling({ groupWait: 1 }));
    const states = firing(MANY);
    telltale.until(10, states);
    const { members, unlisted } = telltale.group;
    const keys = new Set(members.map(({ state }) => state.key));
    const listed = states.filter(({ key }) => keys.has(key));
    const others = states.filter(({ key }) => !keys.has(key));
    expect(unlisted).toBe(others.length);
    expect(unlisted).toBeGreaterThan(0);

    telltale.until(12, states);
    expect(telltale.group.unlisted).toBe(unlisted);

    telltale.until(20, resolved(others.slice(0, 10), 15));
    telltale.until(30, resolved(listed.slice(0, 1), 25));
    expect(telltale.notices.at(-1)).toMatchObject({ kind: 'updated', firing: MANY - 11, resolved: 1 });

    telltale.until(40, resolved(listed.slice(1), 35));
    expect(telltale.notices.at(-1)).toMatchObject({
      kind: 'resolved',
      firing: 0,
      resolved: listed.length - 1,
    });
    expect(telltale.group).toMatchObject({ members: [], unlisted: 0, since: undefined });
    expect(telltale.next).toBeUndefined();
  });

  it('keeps what the conditions saw of those that it lists next', () => {
    const telltale = new Telltale(telling({ groupWait: 1, renotify: 10 }));
    const value = { n: 1 };
    const seen = (i: number): Partial<AlertState> => ({ value, severity: i < 900 ? 'critical' : 'warning' });
    telltale.until(
      0,
      firing(1000, (i) => ({ ...seen(i), at: minutes(0), since: i })),
    );
    telltale.until(2, [alertState({ key: 'one more', severity: 'info', at: minutes(2), value })]);
    telltale.until(20);

    const kept = telltale.notices.flatMap(({ members }) => members.map(({ state }) => state.value));
    expect(telltale.notices.map(({ members }) => members.length)).toEqual([50, 1, 50]);
    expect(kept.filter((one) => one.n !== 1)).toEqual([]);
  });
});
