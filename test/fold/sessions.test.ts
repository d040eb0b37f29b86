import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeAccs } from '../../lib/fold/pane.ts';
import { sessionsOf, type SessionAggregate } from '../../lib/fold/sessions.ts';
import { MINUTE, T0 } from '../support/pipeline.ts';
import { plainSessions, clicksOf, foldClicks, plain, visit, type Click } from '../support/sessions.ts';

/** All lanes' panes of a user, as readers see them. */
function merged(aggregate: SessionAggregate, lanes: readonly (readonly Click[])[], user: string) {
  const panes = new Map<number, unknown[]>();
  for (const lane of lanes) {
    for (const { start, accs } of foldClicks(lane)[aggregate.index]?.range(user, -Infinity, Infinity) ?? []) {
      const into = panes.get(start) ?? aggregate.measures.map(({ measure }) => measure.empty());
      mergeAccs(aggregate, into, accs);
      panes.set(start, into);
    }
  }
  return [...panes].map(([start, accs]) => ({ start, accs })).sort((a, b) => a.start - b.start);
}

const of = (list: readonly Click[], user: string) => list.filter((one) => one.user === user);
const clicksAt = (...minutes: number[]): Click[] => minutes.map((minute, n) => ({ minute, user: 'ann', n }));
const sessionsAt = (aggregate: SessionAggregate, ...minutes: number[]) =>
  sessionsOf(aggregate, merged(aggregate, [clicksAt(...minutes)], 'ann')).sessions.map((one) => {
    const { start, end, clicks } = plain(aggregate, one);
    return [start, end, clicks];
  });

describe.each(['cut', 'whole'] as const)('sessions of %s', (name) => {
  const aggregate = clicksOf(name);

  it('are those of plain arithmetic, in whatever order and by whatever lanes the events come', () => {
    let cut = 0;
    fc.assert(
      fc.property(
        visit.chain((list) =>
          fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
        ),
        fc.integer({ min: 1, max: 4 }),
        ([list, shuffled], lanes) => {
          const byLane = Array.from({ length: lanes }, (_, lane) =>
            shuffled.filter(({ n }) => n % lanes === lane),
          );
          for (const user of ['ann', 'bob']) {
            const { sessions } = sessionsOf(aggregate, merged(aggregate, byLane, user));

            const expected = plainSessions(aggregate, of(list, user));
            expect(sessions.map((one) => plain(aggregate, one))).toEqual(expected);
            cut += expected.filter(({ end }, i) => end > (expected[i + 1]?.start ?? Infinity)).length;
          }
        },
      ),
      { numRuns: 300 },
    );
    if (name === 'cut') expect(cut).toBeGreaterThan(100);
    else expect(cut).toBe(0);
  });

  it('are as long as they may be, and no longer', () => {
    fc.assert(
      fc.property(visit, (list) => {
        const { gap, max } = aggregate.session;
        for (const { start, end } of sessionsOf(aggregate, merged(aggregate, [list], 'ann')).sessions)
          expect(end - start).toBeLessThanOrEqual(max + gap);
      }),
    );
  });

  it('are the same for who knows the panes from some time on only, or are not given', () => {
    let given = 0;
    fc.assert(
      fc.property(visit, fc.nat(), (list, from) => {
        const panes = merged(aggregate, [list], 'ann');
        const since = panes[from % panes.length]?.start ?? 0;
        const whole = sessionsOf(aggregate, panes).sessions;

        const { sessions, unknownUntil } = sessionsOf(
          aggregate,
          panes.filter(({ start }) => start >= since),
          since,
        );

        expect(whole).toEqual(expect.arrayContaining([...sessions]));
        const missing = whole.filter(({ start, end }) => end > unknownUntil && start >= since);
        expect(sessions).toEqual(expect.arrayContaining(missing));
        given += sessions.length;
      }),
      { numRuns: 300 },
    );
    expect(given).toBeGreaterThan(30);
  });
});

describe('a session', () => {
  it('ends a gap after its last event, and another begins with an event that comes just then', () => {
    expect(sessionsAt(clicksOf('whole'), 0, 3.9, 7.9, 11)).toEqual([
      [0, 7.9, 2],
      [7.9, 15, 2],
    ]);
  });

  it('is cut between panes before it would be longer than it may', () => {
    // Panes of 5 minutes: with the clicks of the third, from 10 on, the session would be 14 minutes long.
    expect(sessionsAt(clicksOf('cut'), 0, 3, 6, 9, 11, 14)).toEqual([
      [0, 13, 4],
      [11, 18, 2],
    ]);
    expect(sessionsAt(clicksOf('cut'), 0, 3, 6, 9, 11, 13)).toEqual([[0, 17, 6]]);
  });

  it('begins anew at a multiple of four times its length that finds clicks which have never paused', () => {
    const { longestRun } = clicksOf('cut').session;
    expect(longestRun).toBe(55 * MINUTE);
    expect(T0 % longestRun).toBe(0);
    const every2 = (from: number) => Array.from({ length: 50 }, (_, i) => from + i * 2);
    const starts = (from: number) => sessionsAt(clicksOf('cut'), ...every2(from)).map(([start]) => start);

    expect(starts(0)).toEqual([0, 10, 20, 30, 40, 50, 56, 70, 80, 90]);
    expect(starts(2)).toEqual([2, 16, 30, 40, 50, 60, 70, 80, 90]);
  });
});
