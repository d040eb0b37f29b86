import { describe, expect, it } from 'vitest';
import { emptyProfile, expectedAt, learnProfile, type Profile } from '../../lib/anomaly/profile.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const T0 = Date.UTC(2026, 0, 5);

/** Learns hourly values, one for each hour from T0 on. */
function learnHours(profile: Profile, values: readonly number[], clip = Infinity): void {
  values.forEach((value, hour) => {
    learnProfile(profile, T0 + hour * HOUR, value, clip, HOUR);
  });
}

const day = Array.from({ length: 24 }, (_, hour) => hour * hour);

describe('a profile', () => {
  it('expects of an hour what it was like in the cycle before', () => {
    const profile = emptyProfile(DAY);
    learnHours(profile, day);

    expect(expectedAt(profile, T0 + DAY + 5 * HOUR)).toBe(25);
    expect(expectedAt(profile, T0 + 9 * DAY + 5.99 * HOUR)).toBe(25);
  });

  it('expects nothing of an hour that it has not seen', () => {
    const profile = emptyProfile(DAY);
    learnHours(profile, day.slice(0, 5));

    expect(expectedAt(profile, T0 + DAY + 4 * HOUR)).toBe(16);
    expect(expectedAt(profile, T0 + DAY + 5 * HOUR)).toBeUndefined();
  });

  it('tells the days of a week apart', () => {
    const profile = emptyProfile(7 * DAY);
    learnHours(
      profile,
      Array.from({ length: 168 }, (_, hour) => Math.floor(hour / 24)),
    );

    expect([0, 1, 6, 7].map((days) => expectedAt(profile, T0 + days * DAY))).toEqual([0, 1, 6, 0]);
  });

  it('is the mean of the cycles, and forgets those more than some six ago', () => {
    const profile = emptyProfile(DAY);
    learnHours(profile, [...day, ...day.map((value) => value + 2)]);
    expect(expectedAt(profile, T0 + 3 * HOUR)).toBe(10);

    for (let cycle = 0; cycle < 30; cycle++) learnHours(profile, day);
    expect(expectedAt(profile, T0 + 3 * HOUR)).toBeCloseTo(9, 1);
  });

  it('looks back as many cycles when there are more values to an hour', () => {
    const profile = emptyProfile(DAY);
    const learnMinutes = (value: number) => {
      for (let minute = 0; minute < 12; minute++)
        learnProfile(profile, T0 + 5 * minute * 60_000, value, Infinity, HOUR / 12);
    };
    learnMinutes(0);
    learnMinutes(6);

    expect(expectedAt(profile, T0)).toBe(3);
  });

  it('takes a value that is far off for one at the clip', () => {
    const profile = emptyProfile(DAY);
    learnHours(profile, day);
    learnHours(profile, [1_000], 4);

    expect(expectedAt(profile, T0)).toBe(2);
  });

  it('takes times before 1970', () => {
    const profile = emptyProfile(DAY);
    learnProfile(profile, -HOUR, 7, Infinity, HOUR);

    expect(expectedAt(profile, 23 * HOUR)).toBe(7);
  });
});
