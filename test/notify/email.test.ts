import { describe, expect, it } from 'vitest';
import type { Notice } from '../../lib/dispatch/notice.ts';
import { buildMessage } from '../../lib/notify/build-message.ts';
import { emailOf } from '../../lib/notify/email.ts';
import { sparkline } from '../../lib/notify/sparkline.ts';
import { alertNamed } from '../../lib/pipeline/pipeline.ts';
import { AT, groupNotice, late, noticeOf, pipeline } from './notices.ts';

const email = (notice: Notice, values?: readonly (number | null)[], apiUrl?: string) =>
  emailOf(buildMessage(notice, alertNamed(pipeline, notice.alert), apiUrl), values);
const one = (news: Notice['members'][number]['news'], given: Partial<Notice> = {}, state = late('ORD')) =>
  noticeOf({ members: [{ state, news }], ...given });
const resolved = late('ORD', { status: 'resolved', shown: 28.1 });

describe('emailOf', () => {
  it('says all that there is to one alert', () => {
    expect(email(one('firing'), [12, 20.5, null, 33, 54.26], 'https://api.example.com')).toBe(
      `FIRING: congested, warning
origin=ORD

Departures leave late on average: the airport is congested.

It began to fire.

Since     2001-06-14 13:30 UTC
Window    2001-06-14 14:45 to 15:45 UTC, judged on time
Value     54.3 min (>= 45)
Measures  flights 66, delay 54.26
Last 5    ▁▂·▄█  12 to 54.3 min

Runbook  https://wiki.example.com/congested
Data     https://api.example.com/aggregates/departures?origin=ORD&from=2001-06-14T13%3A45%3A00.000Z&to=2001-06-14T16%3A45%3A00.000Z
History  https://api.example.com/alerts/congested/history?origin=ORD

To say that you take care of it:
  npx weir alerts ack congested origin=ORD
To hear nothing of it for a while:
  npx weir silence add alert=congested origin=ORD --for 2h --comment 'why'
`,
    );
  });

  it('lists the first of many in line, and counts the rest', () => {
    const members = [
      { state: late('A|UA', { alert: 'late', severity: 'critical', shown: 71 }), news: 'firing' as const },
      { state: late('A|Southwest', { alert: 'late', since: AT }), news: 'goes on' as const },
    ];

    expect(email(noticeOf({ members, group: 'A', firing: 9, heldBack: 3 }), [1, 2])).toBe(
      `FIRING: late, warning
origin=A

New: 1 airline began to fire. Messages held back before this one: 3.

Since   2001-06-14 13:30 UTC
Last 2  ▁█  1 to 2 of origin=A airline=UA

  origin=A airline=UA         critical  71    since 2001-06-14 13:30 UTC  began to fire
  origin=A airline=Southwest  warning   54.3  since 2001-06-14 15:45 UTC  still firing
  and 7 more

To say that you take care of the first that fires:
  npx weir alerts ack late origin=A airline=UA
To hear nothing of it for a while:
  npx weir silence add alert=late origin=A --for 2h --comment 'why'
`,
    );
  });

  it('lists ten at most', () => {
    const text = email(
      groupNotice(
        Array.from({ length: 12 }, (_, i) => `O${i}`),
        'firing',
      ),
    );

    expect(text.match(/began to fire$/gm)).toHaveLength(10);
    expect(text).toContain('  and 2 more\n');
  });

  it('says no more of many than it knows', () => {
    const many = Array.from({ length: 50 }, (_, i) => `O${i}`);
    const updated = { kind: 'updated', firing: 131, resolved: 85 } as const;

    expect(email(groupNotice(many, 'firing', { firing: 200 }))).toContain(
      'New: at least 50 origins began to fire.\n',
    );
    expect(email(groupNotice(many, 'resolved', updated))).toContain(
      'It is not over: 85 origins resolved, 131 origins still firing.\n',
    );
  });

  it('shows what was expected beside what there was', () => {
    const band = { actual: 54.2, expected: 25, low: 20, high: 31 };

    expect(email(one('firing', {}, late('ORD', { band })))).toContain(
      'Value     54.3 min (>= 45)\nExpected  20 to 31 min\n',
    );
  });

  it('puts the unit behind a bound', () => {
    const band = { actual: 54.2, expected: 25, low: null, high: 31 };

    expect(email(one('firing', {}, late('ORD', { band })))).toContain('Expected  at most 31 min\n');
  });

  it('says what the value is now of one that was told of before', () => {
    const told = one('goes on', { kind: 'renotified' });

    expect(email(told, [12, 54.26, 47.1])).toContain('Last 3    ▁█▇  12 to 54.3 min, now 47.1 min\n');
    expect(email(told, [12, 54.26, null])).toContain('Last 3    ▁█·  12 to 54.3 min, now none\n');
  });

  it('shows of a rule over rules which of them fire, and when', () => {
    const text = email(
      one('firing', {}, late('ORD', { windowStart: AT, shown: null, value: { closed: true, full: false } })),
    );

    expect(text).toContain('At     2001-06-14 15:45 UTC\nRules  closed true, full false\n');
    expect(text).not.toContain('Window');
  });

  it('says in commands which stage it is from', () => {
    const message = buildMessage(one('firing'), alertNamed(pipeline, 'congested'));

    expect(emailOf(message, [], '--stage prod').match(/npx weir .*$/gm)).toEqual([
      'npx weir alerts ack congested origin=ORD --stage prod',
      "npx weir silence add alert=congested origin=ORD --for 2h --comment 'why' --stage prod",
    ]);
  });

  it('shows no measures of a window without data', () => {
    const text = email(one('firing', {}, late('ORD', { missing: true, shown: null })));

    expect(text).toContain('Value   no data\n');
    expect(text).not.toContain('Measures');
  });

  it('shows no more of long measures than people read', () => {
    const text = email(one('firing', {}, late('ORD', { value: { pages: 'x'.repeat(5_000) } })));

    expect(text).toMatch(/^Measures {2}pages x{993}…$/m);
  });

  it.each([
    ['firing', one('firing'), 'It began to fire.'],
    [
      'escalated',
      one('escalated', { kind: 'escalated', severity: 'critical' }),
      'It has become worse: now critical.',
    ],
    [
      'escalated in a group',
      groupNotice(['ATL'], 'escalated', { kind: 'escalated', firing: 5 }),
      'It has become worse: 1 origin escalated.',
    ],
    [
      'renotified',
      one('goes on', { kind: 'renotified' }),
      'Nothing has changed: it has been firing for 2 h 15 min, and nobody has acknowledged it. Window and value are from when it last changed.',
    ],
    [
      'renotified in a group',
      groupNotice(['ATL', 'JFK'], 'goes on', { kind: 'renotified', firing: 5 }),
      'Nothing has changed: 2 origins still firing, for up to 2 h 15 min, and not all of them are acknowledged.',
    ],
    [
      'no data',
      one('firing', {}, late('ORD', { missing: true })),
      'It began to fire: its window had no data.',
    ],
    [
      'updated',
      groupNotice(['ATL'], 'resolved', { kind: 'updated', firing: 5 }),
      'It is not over: 1 origin resolved, 5 origins still firing.',
    ],
    [
      'resolved',
      one('resolved', { kind: 'resolved', firing: 0 }, resolved),
      'It is over, after 2 h 15 min: nothing of it fires any more.',
    ],
    [
      'resolved without data',
      one('resolved', { kind: 'resolved', firing: 0 }, late('ORD', { status: 'resolved', missing: true })),
      'It counts as over, after 2 h 15 min: its window had no data.',
    ],
    [
      'flapping',
      one('flapping', { kind: 'flapping' }),
      'It keeps turning between firing and resolved: nothing more is told of it until it has calmed down.',
    ],
    [
      'flapping in a group',
      groupNotice(['ATL', 'JFK'], 'flapping', { kind: 'flapping' }),
      '2 origins flapping: what keeps turning between firing and resolved is not told of until it has calmed down.',
    ],
  ])('tells what has changed: %s', (_, notice, sentence) => {
    expect(email(notice).split('\n')).toContain(sentence);
  });

  it('says of one that is over how long it fired, and not how to acknowledge it', () => {
    const text = email(one('resolved', { kind: 'resolved', firing: 0 }, resolved));

    expect(text).toContain('Fired     2001-06-14 13:30 to 15:45 UTC\n');
    expect(text).not.toContain('npx weir');
  });

  it('says how to acknowledge one that fires, if others are listed before it', () => {
    const text = email(groupNotice(['ATL'], 'resolved', { kind: 'updated', firing: 5 }));

    expect(text).toContain('npx weir silence add alert=quiet --for 2h');
    expect(text).not.toContain('alerts ack');
  });

  it('quotes what a shell would not take for one word', () => {
    expect(email(one('firing', {}, late("O'Hare $1")))).toContain(
      "npx weir alerts ack congested 'origin=O'\\''Hare $1'\n",
    );
  });
});

describe('sparkline', () => {
  it.each([
    [[0, 1, 2, 3, 4, 5, 6, 7], '▁▂▃▄▅▆▇█'],
    [[-7, null, 0], '▁·█'],
    [[3, 3], '▄▄'],
    [[null, null], '··'],
    [[], ''],
  ])('of %j is %s', (values, line) => {
    expect(sparkline(values)).toBe(line);
  });
});
