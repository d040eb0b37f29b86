import type { AnomalyDetector, Verdict } from '../../lib/anomaly/index.ts';
import { seeded } from '../measures/distributions.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** A Monday. */
export const T0 = Date.UTC(2026, 0, 5);

/** A time in ms, and a value. */
export type Point = readonly [number, number];

/** The verdicts on a series, from an empty state on. */
export function watch(detector: AnomalyDetector, points: readonly Point[]): Verdict[] {
  const state = detector.empty();
  return points.map(([time, value]) => detector.observe(state, time, value));
}

/** Points at every `every` ms from T0 on, whose values are a function of the time and of noise in [-1, 1]. */
export function seriesOf(
  count: number,
  every: number,
  valueAt: (time: number, noise: number) => number,
  seed = 1,
): Point[] {
  const random = seeded(seed);
  return Array.from({ length: count }, (_, index) => {
    const time = T0 + index * every;
    return [time, valueAt(time, 2 * random() - 1)];
  });
}

/** Indices of the points that were flagged. */
export function flaggedIn(verdicts: readonly Verdict[]): number[] {
  return verdicts.flatMap(({ flagged }, index) => (flagged ? [index] : []));
}
