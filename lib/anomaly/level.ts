/** Where the values of a series lie, and how widely they scatter about it. */
export interface Level {
  /** Values learnt from. */
  count: number;
  mean: number;
  /** Mean distance from `mean`, as the standard deviation of a normal distribution with that mean distance. */
  scale: number;
  /** Which side of the level the recent values lie on: -1 far below, 0 near it or to and fro, 1 far above. */
  side: number;
}

/** After this many values, each counts as much as the one before it: the memory of a level and its scale. */
const MEMORY = 1_000;
/** What is further off than this, in scales, counts as if it were no further. */
const CLIP = 3;
// Of a normal distribution, the standard deviation over the mean distance from the mean: √(π/2).
const DEVIATION_PER_DISTANCE = Math.sqrt(Math.PI / 2);
/** Values that are taken as they are, because the scale is not known yet. */
const FIRST = 10;
/** Values that it takes for one side of the level to become the rule. */
const SIDE_MEMORY = 60;
const SHIFTED = 0.6;
/** Values in which the level then goes most of the way. */
const SHIFT_MEMORY = 30;
const FURTHEST = 1e9;

export function emptyLevel(): Level {
  return { count: 0, mean: 0, scale: 0, side: 0 };
}

/** Distance of a value from the level in scales, signed, at most 1e9 either way; 0 while there is no level. */
export function distanceFrom(level: Level, value: number): number {
  const distance = value - level.mean;
  if (level.count === 0 || distance === 0) return 0;
  return Math.max(-FURTHEST, Math.min(FURTHEST, distance / level.scale));
}

/**
 * Learns a value. Its influence is bounded, as in Huber's "Robust Estimation of a Location Parameter", 1964, so that
 * an outlier moves the level no more than a large value does. When nearly all values have been outliers on one side for
 * a while, they are the new level, and it goes there.
 */
export function learnLevel(level: Level, value: number): void {
  const distance = distanceFrom(level, value);
  level.count++;
  const rate = Math.max(1 / MEMORY, 1 / level.count);
  const clip = level.count <= FIRST ? Infinity : CLIP * level.scale;
  const off = level.count === 1 ? value : value - level.mean;
  const spread = level.count === 1 ? 0 : Math.abs(off) * DEVIATION_PER_DISTANCE;
  level.mean += rate * Math.max(-clip, Math.min(clip, off));
  // After a constant there is no scale to clip by. While the level is on its way, how far values are from it tells nothing
  // of their scatter.
  const bounded = clip === 0 ? spread : Math.min(clip, spread);
  level.scale += rate * (1 - Math.abs(level.side)) * (bounded - level.scale);
  level.side += ((Math.abs(distance) > CLIP ? Math.sign(distance) : 0) - level.side) / SIDE_MEMORY;
  if (Math.abs(level.side) > SHIFTED) level.mean += (value - level.mean) / SHIFT_MEMORY;
}
