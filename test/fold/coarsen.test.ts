import { describe, expect, it } from 'vitest';
import { coarsen } from '../../lib/fold/coarsen.ts';
import { emptyPane, resultsOf } from '../../lib/fold/pane.ts';
import { minutes, MINUTE, views } from '../support/pipeline.ts';

function pane(minute: number, ...ms: number[]) {
  const { start, accs } = emptyPane(views, 'home', minutes(minute), '');
  for (const value of ms) {
    for (const [i, { measure }] of views.measures.entries())
      accs[i] = measure.add(accs[i], i === 0 ? 1 : value);
  }
  return { start, accs };
}

describe('coarsen', () => {
  it('merges panes into those of the resolution, and leaves gaps as they are', () => {
    const coarse = coarsen(views, [pane(0, 10, 20), pane(4, 60), pane(5, 7), pane(12, 1)], 5 * MINUTE);

    expect(coarse.map(({ start, accs }) => [(start - minutes(0)) / MINUTE, resultsOf(views, accs)])).toEqual([
      [0, { n: 3, ms: 30, slowest: 60 }],
      [5, { n: 1, ms: 7, slowest: 7 }],
      [10, { n: 1, ms: 1, slowest: 1 }],
    ]);
  });

  it('leaves the panes that it is given as they are', () => {
    const panes = [pane(0, 10), pane(1, 20)];
    const before = structuredClone(panes);

    coarsen(views, panes, 5 * MINUTE);

    expect(panes).toEqual(before);
  });

  it('gives nothing for nothing', () => {
    expect(coarsen(views, [], MINUTE)).toEqual([]);
  });
});
