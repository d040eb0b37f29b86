/**
 * The rules of the Numenta Anomaly Benchmark, version 1.0: Lavin and Ahmad, "Evaluating Real-Time Anomaly Detection
 * Algorithms: the Numenta Anomaly Benchmark", ICMLA 2015. A detection earns more the earlier in a labelled window it
 * comes, only the first of a window counts, a missed window costs, and so does each detection outside of all windows.
 */

/** What detections are worth to a user. */
export interface Profile {
  readonly name: string;
  /** Worth of a window detected at its first point. */
  readonly truePositive: number;
  /** Cost of a detection far from any window before it. */
  readonly falsePositive: number;
  /** Cost of a window without a detection. */
  readonly falseNegative: number;
}

export const PROFILES: readonly Profile[] = [
  { name: 'standard', truePositive: 1, falsePositive: 0.11, falseNegative: 1 },
  { name: 'reward low FP', truePositive: 1, falsePositive: 0.22, falseNegative: 1 },
  { name: 'reward low FN', truePositive: 1, falsePositive: 0.11, falseNegative: 2 },
];

/** A stretch of a series that is labelled as anomalous: indices of its first and last point. */
export interface Window {
  readonly first: number;
  readonly last: number;
}

/** What a detection at one point counts for. */
export interface Stake {
  /** Index of the window that the point lies in, `undefined` outside of all. */
  readonly window: number | undefined;
  /** Earned in a window, if it is the first there; at most 0 outside. */
  readonly worth: number;
}

const STEEPNESS = 5;
const FAR = 3;
const PROBATION = 0.15;
const LONGEST_FOR_PROBATION = 5000;

/**
 * Worth of a detection by its place: -1 is a window's beginning, 0 its end, 1 a window's length behind it. From 3 on
 * a detection is as wrong as one can be.
 */
export function scaledSigmoid(place: number): number {
  return place >= FAR ? -1 : 2 / (1 + Math.exp(STEEPNESS * place)) - 1;
}

/** Number of a series' first points whose detections do not count, because the detector is still learning. */
export function probation(points: number): number {
  return Math.floor(PROBATION * Math.min(points, LONGEST_FOR_PROBATION));
}

/**
 * What a detection at each point counts for, from the end of the probation on.
 *
 * @param points number of points of the series
 * @param windows in order, and apart from each other
 */
export function stakesOf(points: number, windows: readonly Window[], profile: Profile): Stake[] {
  const begin = probation(points);
  return Array.from({ length: points - begin }, (_, offset) => stakeAt(begin + offset, windows, profile));
}

function stakeAt(index: number, windows: readonly Window[], profile: Profile): Stake {
  const window = windows.findIndex(({ first, last }) => first <= index && index <= last);
  const inside = windows[window];
  if (inside !== undefined) {
    const place = -(inside.last - index + 1) / (inside.last - inside.first + 1);
    return { window, worth: (profile.truePositive * scaledSigmoid(place)) / scaledSigmoid(-1) };
  }
  const before = windows.findLast(({ last }) => last < index);
  const place = before === undefined ? FAR : (index - before.last) / (before.last - before.first);
  return { window: undefined, worth: profile.falsePositive * scaledSigmoid(place) };
}
