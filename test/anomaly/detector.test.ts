import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anomalyDetector, type Verdict } from '../../lib/anomaly/index.ts';
import { DAY, flaggedIn, HOUR, seriesOf, T0, watch, type Point } from './support.ts';

const MINUTE = 60_000;
const detector = anomalyDetector({ sensitivity: 5 });
/** The middle of the day is busy. */
const daily = (time: number) => 100 * Math.max(0, Math.sin((2 * Math.PI * (time % DAY)) / DAY - Math.PI / 2));
const isSaturday = (time: number) => new Date(time).getUTCDay() === 6;

/** Copies of points, with others in place of those from `at` on. */
function patch(points: readonly Point[], at: number, values: readonly number[]): Point[] {
  return points.map(([time, value], index) => [time, values[index - at] ?? value]);
}

describe('an anomaly detector', () => {
  const noise = seriesOf(3_000, 5 * MINUTE, (_, noise) => 50 + noise);

  it('flags a spike and a drop, with the band that they leave', () => {
    for (const odd of [56, 44]) {
      const verdicts = watch(detector, patch(noise, 2_000, [odd]));

      expect(flaggedIn(verdicts)).toEqual([2_000]);
      const { expected, low, high, score } = verdicts[2_000]!;
      expect(Math.abs(expected - 50)).toBeLessThan(0.2);
      expect(low).toBeGreaterThan(48);
      expect(high).toBeLessThan(52);
      expect(score).toBeGreaterThan(0.9);
    }
  });

  it('tells of an anomaly once while it lasts', () => {
    const odd = Array.from({ length: 40 }, () => 56);

    expect(flaggedIn(watch(detector, patch(noise, 2_000, odd)))).toEqual([2_000]);
  });

  it('tells again when an anomaly gets worse', () => {
    // Of heavy tails, so that there is something between odd and as odd as can be.
    const heavy = seriesOf(3_000, 5 * MINUTE, (_, noise) => noise / (1.05 - Math.abs(noise)));
    const odd = Array.from({ length: 40 }, () => 100);
    const flagged = flaggedIn(
      watch(anomalyDetector({ sensitivity: 20 }), patch(heavy, 2_000, [...odd, 1e5])),
    );

    expect(flagged.filter((index) => index >= 2_000 && index < 2_040)).toHaveLength(1);
    expect(flagged).toContain(2_040);
  });

  it('does not learn from an anomaly', () => {
    const odd = [500, 500, 500, -500, 1e9];
    const [clean, after] = [noise, patch(noise, 2_000, odd)].map((points) => watch(detector, points)[2_040]!);

    expect(Math.abs(after!.expected - clean!.expected)).toBeLessThan(0.05);
    expect(after!.high - after!.low).toBeLessThan(1.15 * (clean!.high - clean!.low));
  });

  it('takes a new level for granted after a while', () => {
    const verdicts = watch(
      detector,
      seriesOf(4_000, 5 * MINUTE, (time, noise) => (time < T0 + 10_000 * MINUTE ? 50 : 80) + noise),
    );

    expect(flaggedIn(verdicts)).toEqual([2_000]);
    expect(Math.abs(verdicts[2_300]!.expected - 80)).toBeLessThan(2);
    expect(Math.abs(verdicts[3_999]!.expected - 80)).toBeLessThan(0.5);
  });

  it('flags a rise of the values by little each, once they keep each other company', () => {
    const risen = noise.slice(2_000, 2_020).map(([, value]) => value + 1.2);
    const alone = patch(noise, 2_000, risen.slice(0, 1));
    const sensitive = anomalyDetector({ sensitivity: 45 });

    expect(watch(sensitive, alone)[2_000]!.flagged).toBe(false);
    const found = flaggedIn(watch(sensitive, patch(noise, 2_000, risen))).filter((index) => index >= 2_000);
    expect(found[0]).toBeLessThan(2_020);
  });

  it('flags nothing before it has learnt enough, and gives no band', () => {
    const early = patch(noise, 60, [90]);

    expect(flaggedIn(watch(detector, early))).toEqual([]);
    expect(watch(detector, early)[60]).toMatchObject({ low: -Infinity, high: Infinity });
    expect(flaggedIn(watch(anomalyDetector({ minHistory: 40, sensitivity: 5 }), early))).toEqual([60]);
  });

  it('flags nothing in a constant series, and whatever differs from it', () => {
    const constant = seriesOf(1_000, MINUTE, () => 0.1);

    expect(watch(detector, constant).every(({ score }) => score === 0)).toBe(true);
    expect(flaggedIn(watch(detector, patch(constant, 500, [0.11])))).toEqual([500]);
  });
});

describe('seasons', () => {
  const days = seriesOf(40 * 24, HOUR, (time, noise) => daily(time) + 3 * noise);
  const weeks = seriesOf(70 * 24, HOUR, (time, noise) => (isSaturday(time) ? 0 : daily(time)) + 3 * noise);
  const night = 35 * 24;

  it.each(['auto', 'daily', 'weekly'] as const)('finds a busy night, with season %s', (season) => {
    const verdicts = watch(anomalyDetector({ season, sensitivity: 5 }), patch(days, night, [60, 60, 60]));

    expect(flaggedIn(verdicts)).toEqual([night]);
    expect(Math.abs(verdicts[night]!.expected)).toBeLessThan(5);
  });

  it('do not count if they are not asked for', () => {
    const verdicts = watch(
      anomalyDetector({ season: 'none', sensitivity: 5 }),
      patch(days, night, [60, 60, 60]),
    );

    expect(verdicts[night]!.flagged).toBe(false);
  });

  it('are not found where there are none', () => {
    const noise = seriesOf(40 * 24, HOUR, (_, noise) => noise);
    const [auto, none] = (['auto', 'none'] as const).map((season) =>
      watch(anomalyDetector({ season }), noise),
    );

    expect(auto).toEqual(none);
  });

  it('of a week tell a busy Saturday from a busy Friday', () => {
    const saturday = weeks.findIndex(([time]) => isSaturday(time) && time > T0 + 60 * DAY) + 12;
    const [, friday] = weeks[saturday - 24]!;
    const verdicts = watch(detector, patch(weeks, saturday, [friday]));

    // The first Saturday is as odd as this one: it is no Friday.
    expect(flaggedIn(verdicts).filter((index) => index > 14 * 24)).toEqual([saturday]);
    expect(verdicts[saturday - 24]!.expected).toBeGreaterThan(90);
  });

  it('stand irregular times and gaps', () => {
    const kept = patch(days, night, [60, 60, 60]).filter(
      (_, index) => index % 3 !== 0 && (index < 500 || index > 600),
    );
    const moved = kept.map(([time, value], index): Point => [time + (index % 7) * 3 * MINUTE, value]);
    const verdicts = watch(detector, moved);

    const flagged = flaggedIn(verdicts).map((index) => Math.floor((moved[index]![0] - T0) / HOUR));
    expect(flagged).toEqual([night + 1]);
  });
});

describe('whatever the values are', () => {
  const extreme = fc.oneof(
    fc.double(),
    fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 5e-324, Number.MAX_VALUE, -Number.MAX_VALUE),
    fc.integer({ min: -3, max: 3 }),
  );
  const wild = fc.array(fc.tuple(fc.integer({ min: 0, max: 10 * DAY }), extreme), { maxLength: 400 });
  const eager = anomalyDetector({ minHistory: 0, sensitivity: 60 });

  it('there is no NaN, and the score is in [0, 1)', () => {
    fc.assert(
      fc.property(wild, (steps) => {
        let time = T0;
        const points = steps.map(([step, value]): Point => [(time += step), value]);
        for (const { score, expected, low, high } of watch(eager, points)) {
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThan(1);
          expect(Number.isFinite(expected)).toBe(true);
          expect(low).toBeLessThanOrEqual(expected);
          expect(high).toBeGreaterThanOrEqual(expected);
        }
      }),
    );
  });

  it('what is flagged lies outside of the band', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(60, 20, 2), (seed, sensitivity) => {
        const points = seriesOf(800, HOUR, (time, noise) => daily(time) + 10 * noise ** 9, seed);
        const verdicts = watch(anomalyDetector({ sensitivity }), points);
        for (const [index, { flagged, low, high }] of verdicts.entries()) {
          const [, value] = points[index]!;
          if (flagged) expect(value < low || value > high).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('what is not finite is passed over', () => {
    const points = seriesOf(300, HOUR, (time, noise) => daily(time) + noise);
    const holes = points.flatMap((point): Point[] => [point, [point[0], NaN], [point[0], Infinity]]);

    const verdicts = watch(detector, holes);
    expect(verdicts.filter((_, index) => index % 3 === 0)).toEqual(watch(detector, points));
    expect(verdicts[601]).toMatchObject({ score: 0, flagged: false });
  });

  it('scores do not depend on the unit or the zero of the scale', () => {
    const scores = (verdicts: readonly Verdict[]) =>
      verdicts.map(({ score, flagged }) => ({ score, flagged }));
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: -40, max: 40 }),
        fc.constantFrom(1, -1),
        fc.integer({ min: -1e6, max: 1e6 }),
        (seed, exponent, sign, shift) => {
          // Whole numbers and powers of two, so that the moved values are exact and nothing but the detector can differ.
          const factor = sign * 2 ** exponent;
          const points = seriesOf(
            700,
            HOUR,
            (time, noise) => Math.round(daily(time) + 90 * noise ** 5),
            seed,
          );
          const moved = points.map(([time, value]): Point => [time, factor * (value + shift)]);

          expect(scores(watch(detector, moved))).toEqual(scores(watch(detector, points)));
        },
      ),
      { numRuns: 30 },
    );
  });
});
