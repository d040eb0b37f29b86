import { describe, expect, it } from 'vitest';
import { distanceOf, emptyTail, learnTail, surpriseOf } from '../../lib/anomaly/tail.ts';
import { sample, seeded } from '../measures/distributions.ts';

function tailOf(distances: Iterable<number>) {
  const tail = emptyTail();
  for (const distance of distances) learnTail(tail, distance);
  return tail;
}

/** Of Pareto's distribution with exponent 4, `share` of the values are beyond this. */
const beyond = (share: number) => share ** -0.25;
const random = seeded(7);
const pareto = Array.from({ length: 20_000 }, () => beyond(1 - random()));

describe('a tail', () => {
  it('finds the distance that 2 % are beyond', () => {
    expect(Math.exp(tailOf(pareto).threshold) / beyond(0.02)).toBeGreaterThan(0.75);
    expect(Math.exp(tailOf(pareto).threshold) / beyond(0.02)).toBeLessThan(1.33);
  });

  it('goes on as the distances do, to where it has seen none', () => {
    const tail = tailOf(pareto);

    expect(Math.abs(surpriseOf(tail, beyond(1e-3)) - 3)).toBeLessThan(0.5);
    expect(Math.abs(surpriseOf(tail, beyond(1e-5)) - 5)).toBeLessThan(1);
  });

  it('is not surprised within the threshold, and by no more than one in a million', () => {
    const tail = tailOf(pareto);

    expect(surpriseOf(tail, 1)).toBe(0);
    expect(surpriseOf(tail, 1e12)).toBe(6);
  });

  it('knows nothing of fewer than 20 distances', () => {
    const tail = tailOf(pareto.slice(0, 19));

    expect(surpriseOf(tail, 1e9)).toBe(0);
    expect(distanceOf(tail, 3)).toBe(Infinity);
    learnTail(tail, 1);
    expect(surpriseOf(tail, 1e9)).toBeGreaterThan(2);
  });

  it('gives the distance of a surprise', () => {
    const tail = tailOf(pareto);

    for (const surprise of [2, 3, 4.5]) {
      expect(surpriseOf(tail, distanceOf(tail, surprise))).toBeCloseTo(surprise, 9);
    }
    expect(distanceOf(tail, 0.3)).toBe(Math.exp(tail.threshold));
  });

  it('is not taught by how far an outlier is', () => {
    const far = tailOf([...pareto, 100]);
    const farther = tailOf([...pareto, 1e9]);

    expect(farther).toEqual(far);
  });

  it('takes distances of 0', () => {
    const tail = tailOf(Array.from({ length: 100 }, () => 0));

    expect(surpriseOf(tail, 0)).toBe(0);
    expect(surpriseOf(tail, 1)).toBe(6);
  });

  it('comes down again when the distances do', () => {
    const tail = tailOf([...pareto.map((distance) => 10 * distance), ...pareto, ...pareto]);

    expect(Math.exp(tail.threshold) / beyond(0.02)).toBeLessThan(2);
  });

  it('holds for other distributions', () => {
    const values = sample('log-normal', 40_000);
    const tail = emptyTail();
    let surprised = 0;
    for (const value of values) {
      if (surpriseOf(tail, value) >= 3) surprised++;
      learnTail(tail, value);
    }

    expect(surprised / values.length).toBeGreaterThan(2e-4);
    expect(surprised / values.length).toBeLessThan(3e-3);
  });
});
