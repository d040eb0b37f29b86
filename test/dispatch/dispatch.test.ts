import { describe, expect, it } from 'vitest';
import { MOST_MEMBERS } from '../../lib/dispatch/notice.ts';
import type { Quiet } from '../../lib/dispatch/port.ts';
import { NO_QUIET } from '../../lib/dispatch/quiet.ts';
import { alertState } from '../support/alert-state.ts';
import { Telltale, telling, transitionsOf, type TurnText } from '../support/dispatch.ts';
import { minutes } from '../support/pipeline.ts';

const silencedTo = (minute: number, ...keys: string[]): Quiet => ({
  ...NO_QUIET,
  silencedUntil: ({ key }, time) =>
    keys.includes(key) && time < minutes(minute) ? minutes(minute) : undefined,
});
const inhibitedTo = (minute: number): Quiet => ({
  ...NO_QUIET,
  isInhibited: (_state, time) => time < minutes(minute),
});
const ACKNOWLEDGED: Quiet = { ...NO_QUIET, isAcknowledged: ({ key }) => key === 'a' };

describe('dispatch', () => {
  it.each<
    [what: string, say: Parameters<typeof telling>[0], turns: TurnText[], told: string[], quiet?: Quiet]
  >([
    [
      'tells of each transition at once, unless the rule says otherwise',
      {},
      [
        [1, 'a', 'warning'],
        [5, 'a', 'critical'],
        [9, 'a', 'resolved'],
        [9, 'a', 'warning'],
      ],
      [
        '1 firing warning: a firing (1 firing, 0 resolved)',
        '5 escalated critical: a escalated (1 firing, 0 resolved)',
        '9 resolved critical: a resolved (0 firing, 1 resolved)',
        '9 firing warning: a firing (1 firing, 0 resolved)',
      ],
    ],
    [
      'tells of them once their windows are judged',
      { delay: 3 },
      [[1, 'a', 'warning']],
      ['4 firing warning: a firing (1 firing, 0 resolved)'],
    ],
    [
      'waits for others before it tells of the first, and then for others between messages',
      { groupWait: 2, groupInterval: 5 },
      [
        [0, 'b', 'warning'],
        [2, 'a', 'critical'],
        [3, 'c', 'warning'],
        [8, 'a', 'resolved'],
        [9, 'b', 'resolved'],
      ],
      [
        '2 firing critical: a firing, b firing (2 firing, 0 resolved)',
        '8 firing critical: a resolved, c firing (2 firing, 1 resolved)',
        '14 updated warning: b resolved (1 firing, 1 resolved)',
      ],
    ],
    [
      'tells of a greater severity without waiting, and of what else is news with it',
      { groupWait: 0, groupInterval: 30 },
      [
        [0, 'a', 'warning'],
        [1, 'b', 'warning'],
        [2, 'b', 'resolved'],
        [3, 'c', 'warning'],
        [4, 'a', 'critical'],
      ],
      [
        '0 firing warning: a firing (1 firing, 0 resolved)',
        '4 firing critical: a escalated, c firing (2 firing, 0 resolved)',
      ],
    ],
    [
      'tells nothing of what is over before it was due',
      { groupWait: 5 },
      [
        [0, 'a', 'warning'],
        [4, 'a', 'resolved'],
      ],
      [],
    ],
    [
      'tells nothing of a resolve that did not last until it was due',
      { groupInterval: 5 },
      [
        [0, 'a', 'warning'],
        [1, 'a', 'resolved'],
        [5, 'a', 'warning'],
      ],
      ['0 firing warning: a firing (1 firing, 0 resolved)'],
    ],
    [
      'renotifies from the last message that told of firing ones, until all have resolved',
      { renotify: 10 },
      [
        [0, 'a', 'warning'],
        [15, 'b', 'critical'],
        [18, 'a', 'resolved'],
        [40, 'b', 'resolved'],
      ],
      [
        '0 firing warning: a firing (1 firing, 0 resolved)',
        '10 renotified warning: a goes on (1 firing, 0 resolved)',
        '15 firing critical: b firing (2 firing, 0 resolved)',
        '18 updated warning: a resolved (1 firing, 1 resolved)',
        '25 renotified critical: b goes on (1 firing, 0 resolved)',
        '35 renotified critical: b goes on (1 firing, 0 resolved)',
        '40 resolved critical: b resolved (0 firing, 1 resolved)',
      ],
    ],
    [
      'does not renotify of acknowledged ones alone',
      { renotify: 10 },
      [
        [0, 'a', 'warning'],
        [5, 'b', 'warning'],
        [20, 'b', 'resolved'],
        [50, 'a', 'resolved'],
      ],
      [
        '0 firing warning: a firing (1 firing, 0 resolved)',
        '5 firing warning: b firing (2 firing, 0 resolved)',
        '15 renotified warning: a goes on, b goes on (2 firing, 0 resolved)',
        '20 updated warning: b resolved (1 firing, 1 resolved)',
        '50 resolved warning: a resolved (0 firing, 1 resolved)',
      ],
      ACKNOWLEDGED,
    ],
    [
      'holds back what is too much for an hour, and tells how things stand once there is room',
      { maxPerHour: 2 },
      [
        [0, 'a', 'warning'],
        [1, 'a', 'resolved'],
        [2, 'a', 'warning'],
        [3, 'a', 'resolved'],
        [4, 'a', 'warning'],
        [5, 'b', 'critical'],
      ],
      [
        '0 firing warning: a firing (1 firing, 0 resolved)',
        '1 resolved warning: a resolved (0 firing, 1 resolved)',
        '60 firing critical: b firing, a firing (2 firing, 0 resolved, 3 held back)',
      ],
    ],
    [
      'loses no resolve that it held back',
      { maxPerHour: 1 },
      [
        [0, 'a', 'warning'],
        [1, 'a', 'resolved'],
      ],
      [
        '0 firing warning: a firing (1 firing, 0 resolved)',
        '60 resolved warning: a resolved (0 firing, 1 resolved, 1 held back)',
      ],
    ],
    [
      'forgets what it held back if there is nothing to tell of it any more',
      { maxPerHour: 1 },
      [
        [0, 'a', 'warning'],
        [1, 'b', 'warning'],
        [2, 'b', 'resolved'],
        [70, 'a', 'resolved'],
      ],
      [
        '0 firing warning: a firing (1 firing, 0 resolved)',
        '70 resolved warning: a resolved (0 firing, 1 resolved)',
      ],
    ],
    [
      'tells of one that keeps turning that it flaps, and how it stands once it has calmed down',
      { flapping: { turns: 4, within: 10 } },
      [
        [0, 'a', 'warning'],
        [1, 'a', 'resolved'],
        [2, 'a', 'warning'],
        [3, 'a', 'resolved'],
        [4, 'a', 'warning'],
        [5, 'a', 'resolved'],
        [9, 'b', 'warning'],
      ],
      [
        '0 firing warning: a firing (1 firing, 0 resolved)',
        '1 resolved warning: a resolved (0 firing, 1 resolved)',
        '2 firing warning: a firing (1 firing, 0 resolved)',
        '3 flapping warning: a flapping (1 firing, 0 resolved)',
        '9 firing warning: b firing (2 firing, 0 resolved)',
        '15 updated warning: a resolved (1 firing, 1 resolved)',
      ],
    ],
    [
      'does not take turns that are farther apart for flapping',
      { flapping: { turns: 3, within: 10 } },
      [
        [0, 'a', 'warning'],
        [5, 'a', 'resolved'],
        [10, 'a', 'warning'],
      ],
      [
        '0 firing warning: a firing (1 firing, 0 resolved)',
        '5 resolved warning: a resolved (0 firing, 1 resolved)',
        '10 firing warning: a firing (1 firing, 0 resolved)',
      ],
    ],
    [
      'does not tell of silenced ones before the silence ends, and then of those that still fire',
      {},
      [
        [0, 'a', 'warning'],
        [3, 'b', 'warning'],
        [5, 'b', 'resolved'],
        [6, 'a', 'critical'],
        [7, 'c', 'warning'],
      ],
      [
        '7 firing warning: c firing (1 firing, 0 resolved)',
        '30 firing critical: a firing (2 firing, 0 resolved)',
      ],
      silencedTo(30, 'a', 'b'),
    ],
    [
      'looks every minute whether what inhibits an alert has ended',
      {},
      [[0, 'a', 'warning']],
      ['8 firing warning: a firing (1 firing, 0 resolved)'],
      inhibitedTo(7.5),
    ],
  ])('%s', (_what, say, turns, told, quiet = NO_QUIET) => {
    expect(new Telltale(telling(say), quiet).until(100, transitionsOf(turns))).toEqual(told);
  });

  it('tells of a resolve also while it is silenced, if it told that it fires', () => {
    const telltale = new Telltale(telling({ renotify: 5 }));
    const [firing, escalated, resolved] = transitionsOf([
      [0, 'a', 'warning'],
      [10, 'a', 'critical'],
      [12, 'a', 'resolved'],
    ]);
    telltale.until(1, [firing!]);

    telltale.quiet = silencedTo(30, 'a');

    expect(telltale.until(11, [escalated!])).toEqual([]);
    expect(telltale.until(100, [resolved!])).toEqual([
      '12 resolved warning: a resolved (0 firing, 1 resolved)',
    ]);
  });

  it('tells of what a silence kept back as soon as that is ended early', () => {
    const telltale = new Telltale(telling(), silencedTo(60, 'a'));
    expect(telltale.until(0, transitionsOf([[0, 'a', 'warning']]))).toEqual([]);
    expect(telltale.next).toBe(minutes(60));

    telltale.quiet = silencedTo(20, 'a');
    telltale.until(10);
    expect(telltale.next).toBe(minutes(20));

    telltale.quiet = NO_QUIET;
    expect(telltale.until(15)).toEqual(['15 firing warning: a firing (1 firing, 0 resolved)']);
  });

  it('renotifies soon after a silence that was ended early', () => {
    const telltale = new Telltale(telling({ renotify: 10 }));
    telltale.until(1, transitionsOf([[0, 'a', 'warning']]));
    telltale.quiet = silencedTo(95, 'a');
    expect(telltale.until(15)).toEqual([]);

    telltale.quiet = NO_QUIET;
    expect(telltale.until(25)).toEqual(['20 renotified warning: a goes on (1 firing, 0 resolved)']);
  });

  it('does not renotify of one that flaps, also while that may not be told', () => {
    const say = { groupInterval: 10, renotify: 4, flapping: { turns: 3, within: 30 } };
    const quiet: Quiet = {
      ...NO_QUIET,
      isInhibited: (_state, time) => time >= minutes(10) && time < minutes(12),
    };
    const turns = transitionsOf([
      [0, 'a', 'warning'],
      [1, 'a', 'resolved'],
      [2, 'a', 'warning'],
    ]);
    expect(new Telltale(telling(say), quiet).until(45, turns)).toEqual([
      '0 firing warning: a firing (1 firing, 0 resolved)',
      '20 flapping warning: a flapping (1 firing, 0 resolved)',
      '42 firing warning: a firing (1 firing, 0 resolved)',
    ]);
  });

  it('says when to go on', () => {
    const telltale = new Telltale(telling({ groupWait: 2, renotify: 10 }));
    telltale.until(0, transitionsOf([[0, 'a', 'warning']]));
    expect(telltale.next).toBe(minutes(2));
    telltale.until(2);
    expect(telltale.next).toBe(minutes(12));
  });

  it('changes nothing by what it has heard of, nor by pending, ok and recovering', () => {
    const turns = transitionsOf([
      [0, 'a', 'warning'],
      [1, 'a', 'resolved'],
      [2, 'b', 'warning'],
    ]);
    const telltale = new Telltale(telling());
    telltale.until(5, turns);
    const { group } = telltale;
    const untold = (['pending', 'ok', 'recovering'] as const).map((status) =>
      alertState({ key: 'b', status, at: minutes(3), version: 7 }),
    );

    expect(telltale.until(6, [...turns, ...untold])).toEqual([]);
    expect(telltale.group).toStrictEqual(group);
  });

  it('puts what comes too late after what has been told, and what comes too early at the end', () => {
    const [late, first] = transitionsOf([
      [1, 'a', 'warning'],
      [5, 'b', 'warning'],
    ]);
    const telltale = new Telltale(telling());
    expect(telltale.until(6, [first!])).toEqual(['5 firing warning: b firing (1 firing, 0 resolved)']);
    expect(telltale.until(7, [late!])).toEqual(['5 firing warning: a firing (2 firing, 0 resolved)']);

    const early = new Telltale(telling());
    expect(early.until(3, [first!])).toEqual(['3 firing warning: b firing (1 firing, 0 resolved)']);
  });

  it('does not take a resolve for news whose firing comes after it', () => {
    const [firing, resolved] = transitionsOf([
      [1, 'a', 'warning'],
      [2, 'a', 'resolved'],
    ]);
    const telltale = new Telltale(telling());
    expect(telltale.until(3, [resolved!])).toEqual([]);
    expect(telltale.until(4, [firing!])).toEqual([]);
  });

  it('says since when alerts of the group have been firing', () => {
    const telltale = new Telltale(telling({ groupInterval: 1 }));
    telltale.until(
      60,
      transitionsOf([
        [3, 'a', 'warning'],
        [5, 'b', 'warning'],
        [7, 'a', 'resolved'],
        [9, 'b', 'resolved'],
        [20, 'a', 'warning'],
      ]),
    );
    expect(telltale.notices.map(({ since }) => since)).toEqual([3, 3, 3, 3, 20].map(minutes));
    expect(telltale.group.since).toBe(minutes(20));
  });

  it('tells with the greatest severity that was told of that none fires any more', () => {
    const telltale = new Telltale(telling());
    const turns = transitionsOf([
      [0, 'a', 'critical'],
      [1, 'b', 'warning'],
      [2, 'a', 'resolved'],
      [3, 'b', 'resolved'],
      [4, 'b', 'warning'],
      [5, 'b', 'resolved'],
    ]);
    expect(telltale.until(10, turns).slice(2)).toEqual([
      '2 updated critical: a resolved (1 firing, 1 resolved)',
      '3 resolved critical: b resolved (0 firing, 1 resolved)',
      '4 firing warning: b firing (1 firing, 0 resolved)',
      '5 resolved warning: b resolved (0 firing, 1 resolved)',
    ]);
  });

  it('lists the most urgent of many, and counts all', () => {
    const turns = Array.from({ length: 200 }, (_, i): TurnText => [
      i / 100,
      `k${i}`,
      i < 120 ? 'warning' : 'critical',
    ]);
    const telltale = new Telltale(telling({ groupWait: 5 }));
    const [told] = (telltale.until(10, transitionsOf(turns)), telltale.notices);

    expect(told?.firing).toBe(200);
    expect(told?.members).toHaveLength(MOST_MEMBERS);
    expect(told?.members.map(({ state }) => state.key)).toEqual(
      Array.from({ length: MOST_MEMBERS }, (_, i) => `k${120 + i}`),
    );
    expect(telltale.until(20, transitionsOf(turns))).toEqual([]);
  });
});
