import { describe, expect, it } from 'vitest';
import { Levels, type WindowLevel } from '../../lib/alerts/levels.ts';
import type { Missing } from '../../lib/pipeline/alert-definition.ts';
import type { Alert } from '../../lib/pipeline/pipeline.ts';
import { MINUTE, slow } from '../support/pipeline.ts';

const severities: Alert['levels'] = [
  { severity: 'warning', when: () => true },
  { severity: 'critical', when: () => true },
];

function levelsOf(given: Partial<Alert>, ...added: readonly WindowLevel[]): Levels {
  const levels = new Levels({ ...slow, ...given });
  for (const level of added) levels.add(level);
  return levels;
}

describe('levels', () => {
  it.each<[windows: number, of: number, levels: WindowLevel[], now: number]>([
    [1, 1, [2, 0], 0],
    [1, 1, [0, 2], 2],
    [2, 3, [2, 0, 1], 1],
    [2, 3, [2, 1, 0, 1], 1],
    [2, 3, [1, 0, 0, 1], 0],
    [2, 3, [2, 2, 1], 2],
    [1, 3, [2, 0, 0], 2],
    [3, 3, [1, 1], 0],
  ])('are those that %d of the last %d windows are in breach of: %j', (windows, of, levels, now) => {
    expect(levelsOf({ atLeast: { windows, of } }, ...levels).now()).toBe(now);
  });

  it.each<[levels: WindowLevel[], lasting: number]>([
    [[2, 2, 2], 2],
    [[1, 2, 2], 1],
    [[0, 2, 2], 0],
    [[2, 2], 0],
    [[0, 1, 2, 1], 1],
  ])('last, if they are those of all windows of two minutes: %j', (levels, lasting) => {
    expect(levelsOf({ levels: severities, pendingFor: 2 * MINUTE }, ...levels).lasting()).toBe(lasting);
  });

  it.each<[missing: Missing, now: number[]]>([
    ['ok', [2, 2, 0, 0]],
    ['breach', [2, 2, 1, 1]],
    // Two windows are looked back on, and what they keep to is two before them.
    ['keep', [2, 2, 2, 2]],
    ['ignore', [2, 2, 0, 0]],
  ])('count what has no data as %s', (missing, expected) => {
    const levels = levelsOf({ missing, levels: severities, atLeast: { windows: 1, of: 3 } }, 2);
    const now = expected.map(() => {
      levels.add(undefined);
      return levels.now();
    });

    expect(now).toEqual(expected);
  });

  it('keep to the last window with data, as far as the rule looks back', () => {
    const levels = levelsOf({ missing: 'keep', atLeast: { windows: 3, of: 3 } }, 1);
    const now: number[] = [];
    for (let i = 0; i < 4; i++) {
      levels.add(undefined);
      now.push(levels.now());
    }

    expect(now).toEqual([0, 1, 0, 0]);
  });

  it('know the greatest that still counts', () => {
    const levels = levelsOf({ atLeast: { windows: 1, of: 2 } }, 2, 0);

    expect(levels.greatest).toBe(2);
    levels.add(0);
    expect(levels.greatest).toBe(0);
  });
});
