import { describe, expect, it } from 'vitest';
import { compareEpisodes } from '../../lib/backtest/compare-episodes.ts';
import type { Episode } from '../../lib/backtest/episode.ts';

const episode = (from: number, to: number | undefined, other: Partial<Episode> = {}): Episode => ({
  alert: 'slow',
  key: 'a',
  from,
  to,
  severity: 'warning',
  ...other,
});

const types = (before: readonly Episode[], after: readonly Episode[]): string[] =>
  compareEpisodes(before, after).map(
    (change) =>
      `${change.type} ${[change.before, change.after].map((one) => one && `${one.from}-${one.to}`).join(' ')}`,
  );

describe('episodes of two versions of the rules', () => {
  it.each<[what: string, before: Episode[], after: Episode[], changes: string[]]>([
    ['are the same', [episode(1, 5)], [episode(1, 5)], ['same 1-5 1-5']],
    ['differ in when', [episode(1, 5)], [episode(2, undefined)], ['changed 1-5 2-undefined']],
    ['differ in severity', [episode(1, 5)], [episode(1, 5, { severity: 'critical' })], ['changed 1-5 1-5']],
    ['are of different keys', [episode(1, 5)], [episode(1, 5, { key: 'b' })], ['removed 1-5 ', 'added  1-5']],
    ['only touch', [episode(1, 5)], [episode(5, 7)], ['removed 1-5 ', 'added  5-7']],
    ['are split', [episode(1, 9)], [episode(1, 3), episode(6, 9)], ['changed 1-9 1-3', 'added  6-9']],
    ['are joined', [episode(1, 3), episode(6, 9)], [episode(1, 9)], ['changed 1-3 1-9', 'removed 6-9 ']],
    ['come by start', [episode(4, 5)], [episode(1, 2), episode(4, 5)], ['added  1-2', 'same 4-5 4-5']],
  ])('%s', (_what, before, after, changes) => {
    expect(types(before, after)).toEqual(changes);
  });
});
