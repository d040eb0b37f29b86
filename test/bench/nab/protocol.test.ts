import { describe, expect, it } from 'vitest';
import { PROFILES, probation, scaledSigmoid, stakesOf } from '../../../bench/nab/protocol.ts';

const [standard, lowFp] = PROFILES;

describe('scaledSigmoid', () => {
  // From the benchmark's white paper.
  it.each([
    [-1, 0.98661],
    [-0.5, 0.84828],
    [0, 0],
    [1, -0.98661],
    [2.999, -1],
    [3, -1],
    [Infinity, -1],
  ])('is at %f worth %f', (place, worth) => {
    expect(scaledSigmoid(place)).toBeCloseTo(worth, 5);
  });
});

describe('probation', () => {
  it.each([
    [0, 0],
    [100, 15],
    [1_243, 186],
    [4_032, 604],
    [5_000, 750],
    [22_695, 750],
  ])('of %i points is the first %i', (points, first) => {
    expect(probation(points)).toBe(first);
  });
});

describe('stakesOf', () => {
  // Of 20 points the first 3 are on probation; the window is points 8 to 11.
  const stakes = stakesOf(20, [{ first: 8, last: 11 }], standard!);
  const at = (index: number) => stakes[index - 3]!;

  it('begins behind the probation', () => {
    expect(stakes).toHaveLength(17);
  });

  it('has full worth for the first point of a window, and still some for its last', () => {
    expect(at(8)).toEqual({ window: 0, worth: 1 });
    // Half of the window is left: 0.84828 / 0.98661.
    expect(at(10).worth).toBeCloseTo(0.8598, 4);
    // A quarter: (2 / (1 + e^-1.25) - 1) / 0.98661.
    expect(at(11).worth).toBeCloseTo(0.56212, 4);
  });

  it('costs little right behind a window, and all of it three lengths behind, or before the first', () => {
    // A third of the way: 2 / (1 + e^(5 / 3)) - 1 = -0.68232.
    expect(at(12)).toMatchObject({ window: undefined });
    expect(at(12).worth).toBeCloseTo(0.11 * -0.68232, 4);
    expect(at(14).worth).toBeCloseTo(0.11 * -0.98661, 5);
    expect(at(19).worth).toBeCloseTo(0.11 * -1, 4);
    expect(at(7)).toEqual({ window: undefined, worth: -0.11 });
  });

  it('weighs by the profile', () => {
    const [stake] = stakesOf(1, [], lowFp!);

    expect(stake).toEqual({ window: undefined, worth: -0.22 });
  });

  it('measures from the latest window before a point', () => {
    const windows = [
      { first: 2, last: 3 },
      { first: 8, last: 11 },
    ];

    expect(stakesOf(20, windows, standard!)[14 - 3]).toEqual(at(14));
    // Two lengths behind the first: 2 / (1 + e^10) - 1.
    expect(stakesOf(20, windows, standard!)[5 - 3]!.worth).toBeCloseTo(0.11 * -0.99991, 5);
  });

  it('takes a window of a single point', () => {
    const single = stakesOf(20, [{ first: 8, last: 8 }], standard!);

    expect(single[5]).toEqual({ window: 0, worth: 1 });
    expect(single[6]).toEqual({ window: undefined, worth: -0.11 });
  });
});
