import { distanceFrom, emptyLevel, learnLevel, type Level } from './level.ts';
import { emptyTail, learnTail, surpriseOf, type Tail } from './tail.ts';

/** Tells how unusual a number is among those before it. */
export interface Gauge {
  readonly level: Level;
  readonly tail: Tail;
}

// Before, the distances are those of a scale that is hardly known.
const SETTLED = 10;

export function emptyGauge(): Gauge {
  return { level: emptyLevel(), tail: emptyTail() };
}

/** How surprising the number is, as `surpriseOf` a distance from the level; then learns it. */
export function gauge({ level, tail }: Gauge, value: number): number {
  const distance = Math.abs(distanceFrom(level, value));
  const surprise = surpriseOf(tail, distance);
  if (level.count >= SETTLED) learnTail(tail, distance);
  learnLevel(level, value);
  return surprise;
}
