import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertState } from '../../lib/alerts/state.ts';
import { Replay } from '../../lib/replay/replay.ts';
import { bruteDerived, derivedPipeline, inOrder, plainPane, type PlainPane } from '../support/derived.ts';
import { MINUTE, T0 } from '../support/pipeline.ts';

interface Happening {
  readonly lane: number;
  /** Minutes after the one before; below zero it is out of order, or late. */
  readonly after: number;
  readonly page: string;
  readonly ms: number;
}

const history = fc.array(
  fc.record({
    lane: fc.integer({ min: 0, max: 1 }),
    after: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(0, 0.25, 0.5, 1, 2) },
      { weight: 1, arbitrary: fc.constantFrom(-2, -4, 9, 25) },
    ),
    page: fc.constantFrom('home', 'cart', 'a|b', 'odd'),
    ms: fc.integer({ min: 1, max: 50 }),
  }),
  { minLength: 1, maxLength: 80 },
);

function replayed(happenings: readonly Happening[]) {
  const panes: PlainPane[] = [];
  const refused: string[] = [];
  const told: AlertState[] = [];
  const replay = new Replay(derivedPipeline, {
    pane: ({ aggregate, key, start, accs }) => panes.push(plainPane(aggregate, key, start, accs)),
    alert: (transition) => told.push(transition),
    refused: ({ origin: { source, key = '', window = '', refusedBy } }) => {
      expect([source, refusedBy]).toEqual(['perPage', 'byLoad']);
      refused.push(`${key} ${Date.parse(window.split('/')[0] ?? '')}`);
    },
  });
  const lanes = [replay.lane(), replay.lane()] as const;
  let time = T0;
  for (const { lane, after, page, ms } of happenings) {
    time += after * MINUTE;
    replay.add(lanes[lane === 0 ? 0 : 1], { at: new Date(time).toISOString(), page, ms }, undefined);
  }
  replay.finish();
  return { panes, refused: refused.sort(), told };
}

describe('a replay of derived aggregates', () => {
  it('gives what plain arithmetic makes of the final panes that they are derived from', () => {
    let made = 0;
    let refusals = 0;
    fc.assert(
      fc.property(history, (happenings) => {
        const { panes, refused } = replayed(happenings);
        const expected = bruteDerived(panes.filter(({ aggregate }) => aggregate === 'perPage'));

        const derived = panes.filter(({ aggregate }) => aggregate !== 'perPage');
        expect(inOrder(derived)).toEqual(inOrder(expected.panes));
        expect(refused).toEqual(expected.refused);
        made += derived.length;
        refusals += refused.length;
      }),
      { numRuns: 300 },
    );
    expect(made).toBeGreaterThan(800);
    expect(refusals).toBeGreaterThan(10);
  });

  it('judges rules by them once their windows have come, and no sooner', () => {
    const at = (minute: number, page = 'home'): Happening[] =>
      Array.from({ length: 3 }, () => ({ lane: 0, after: 0, page, ms: 1, minute })).map((one) => one);
    const { told } = replayed([
      ...at(0),
      { lane: 0, after: 4, page: 'home', ms: 1 },
      { lane: 0, after: 20, page: 'home', ms: 1 },
    ]);

    expect(
      told.map(({ alert, status, at: time }) => `${alert} ${status} at ${(time - T0) / MINUTE}`),
    ).toEqual(['crowded firing at 4', 'crowded resolved at 8']);
  });
});
