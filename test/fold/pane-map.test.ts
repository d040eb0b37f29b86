import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PaneMap } from '../../lib/fold/pane-map.ts';
import type { Pane } from '../../lib/fold/pane.ts';
import { views } from '../support/pipeline.ts';

const names = (panes: Iterable<Pane>) => [...panes].map(({ key, start }) => `${key}${start}`);

describe('PaneMap', () => {
  it('makes a pane once, empty, and tells of it', () => {
    const told: Pane[] = [];
    const panes = new PaneMap(views, (pane) => told.push(pane));

    const pane = panes.at('a', 60, '1');
    panes.at('b', 60, '2');

    expect(pane).toEqual({
      aggregate: views,
      key: 'a',
      start: 60,
      accs: views.measures.map(({ measure }) => measure.empty()),
      records: 0,
      first: '1',
      last: '1',
    });
    expect(panes.at('a', 60, '3')).toBe(pane);
    expect(names(told)).toEqual(['a60', 'b60']);
  });

  it('gives all panes by key in order of first sight, then by start', () => {
    const panes = new PaneMap(views);
    for (const [key, start] of [
      ['b', 3],
      ['a', 2],
      ['b', 1],
      ['a', 9],
      ['b', 2],
    ] as const)
      panes.at(key, start, '');

    expect(names(panes)).toEqual(['b1', 'b2', 'b3', 'a2', 'a9']);
  });

  it('gives the panes of a key that start in a range, its end excluded', () => {
    const panes = new PaneMap(views);
    for (const start of [1, 2, 3, 5]) panes.at('a', start, '');

    expect(names(panes.range('a', 2, 5))).toEqual(['a2', 'a3']);
    expect(names(panes.range('a', 4, 9))).toEqual(['a5']);
    expect(names(panes.range('a', 6, 9))).toEqual([]);
    expect(names(panes.range('b', 0, 9))).toEqual([]);
  });

  it('does as a plain map does, whatever is made, found and forgotten', () => {
    const step = fc.record({
      forget: fc.boolean(),
      key: fc.constantFrom('a', 'b'),
      start: fc.integer({ min: 0, max: 6 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const panes = new PaneMap(views);
        const plain = new Map<string, Pane>();
        for (const { forget, key, start } of steps) {
          const known = plain.get(`${key}${start}`);
          if (!forget) {
            const pane = panes.at(key, start, '');
            if (known !== undefined) expect(pane).toBe(known);
            plain.set(`${key}${start}`, pane);
          } else if (known !== undefined) {
            panes.delete(known);
            // Forgetting it twice, or one that was made anew since, forgets nothing else.
            panes.delete(known);
            plain.delete(`${key}${start}`);
          }
        }
        expect(names(panes).sort()).toEqual([...plain.keys()].sort());
        expect(names(panes.range('a', 2, 5))).toEqual(
          [2, 3, 4].map((start) => `a${start}`).filter((name) => plain.has(name)),
        );
      }),
    );
  });
});
