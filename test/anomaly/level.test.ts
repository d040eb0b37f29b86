import { describe, expect, it } from 'vitest';
import { distanceFrom, emptyLevel, learnLevel } from '../../lib/anomaly/level.ts';
import { sample } from '../measures/distributions.ts';

function levelOf(values: Iterable<number>) {
  const level = emptyLevel();
  for (const value of values) learnLevel(level, value);
  return level;
}

// Normal with mean 10 and standard deviation 25.
const normal = sample('normal with negatives', 5_000);

describe('a level', () => {
  it('is the mean and the standard deviation of normal values', () => {
    const { mean, scale } = levelOf(normal);

    expect(Math.abs(mean - 10)).toBeLessThan(2);
    expect(Math.abs(scale - 25)).toBeLessThan(2);
  });

  it('is the plain mean of its first values', () => {
    expect(levelOf([2, 4, 9]).mean).toBe(5);
  });

  it('measures distances in scales, on both sides', () => {
    const level = { count: 2, mean: 5, scale: 2, side: 0 };

    expect(distanceFrom(level, 9)).toBe(2);
    expect(distanceFrom(level, 4)).toBe(-0.5);
  });

  it('measures no distance before there is a value', () => {
    expect(distanceFrom(emptyLevel(), 7)).toBe(0);
  });

  it('puts what differs from a constant as far off as can be', () => {
    const level = levelOf([3, 3, 3]);

    expect(distanceFrom(level, 3)).toBe(0);
    expect(distanceFrom(level, 3.001)).toBe(1e9);
    expect(distanceFrom(level, 2.999)).toBe(-1e9);
  });

  it('moves no more for an outlier than for a value three scales off', () => {
    const far = levelOf(normal);
    const farther = levelOf(normal);
    learnLevel(far, far.mean + 4 * far.scale);
    learnLevel(farther, 1e12);

    expect(farther.mean).toBeCloseTo(far.mean, 9);
    expect(farther.scale).toBeCloseTo(far.scale, 9);
  });

  it('does not move for an outlier from a constant', () => {
    const level = levelOf([...Array.from({ length: 50 }, () => 3), 1e9, 3]);

    expect(level.mean).toBe(3);
    expect(level.scale).toBeGreaterThan(0);
  });

  it('stays where it is through a burst of outliers', () => {
    const before = levelOf(normal);
    const after = levelOf([...normal, ...Array.from({ length: 30 }, () => 5_000)]);

    expect(Math.abs(after.mean - before.mean)).toBeLessThan(0.2 * before.scale);
  });

  it('follows a shift that lasts, and keeps its scale', () => {
    const { mean, scale } = levelOf([...normal, ...normal.slice(0, 300).map((value) => value + 5_000)]);

    expect(Math.abs(mean - 5_010)).toBeLessThan(30);
    expect(scale).toBeLessThan(3 * 25);
  });
});
