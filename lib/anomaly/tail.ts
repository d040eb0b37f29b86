/** How far off the farthest of a series' values lie: the upper tail of the distribution of distances. */
export interface Tail {
  /** Distances learnt from. */
  count: number;
  /** Logarithm of the distance that 2 % are beyond. */
  threshold: number;
  /** Mean of ln(distance) - threshold over the distances beyond it. */
  excess: number;
}

/** Share of the distances that are beyond the threshold. */
const BEYOND = 0.02;
/** Distances after which the tail is worth asking. */
const LEAST = 20;
const MEMORY = 500;
// A step of the quantile's logarithm, as a multiple of the rate, and the longest step up.
const GAIN = 6;
const LONGEST_STEP = 0.2;
/** Mean excess that is taken for granted, and the number of distances beyond the threshold that it is worth. */
const PRIOR_EXCESS = 0.3;
const PRIOR_WEIGHT = 20;
const EXCESS_MEMORY = 50;
const LEAST_EXCESS = 0.1;
/** A distance counts as at most this many mean excesses. */
const CLIP = 3;
const NEAREST = 1e-9;
/** One in a million: of less, the few values that a tail is known from can tell nothing. */
const MOST_SURPRISING = 6;

export function emptyTail(): Tail {
  return { count: 0, threshold: Math.log(NEAREST), excess: PRIOR_EXCESS };
}

/**
 * How surprising a distance is, as -log10 of the share of distances that are at least as far: 3 says one in a thousand.
 * 0 within the threshold, from 1.7 to 6 beyond it.
 *
 * Beyond a high threshold, distances fall off as a power (Pickands 1975), whose exponent is the mean of the logarithms
 * (Hill, "A Simple General Approach to Inference About the Tail of a Distribution", 1975). Siffer, Fouque, Termier and
 * Largouët, "Anomaly Detection in Streams with Extreme Value Theory", 2017, put such a tail to this use.
 */
export function surpriseOf(tail: Tail, distance: number): number {
  const excess = logOf(distance) - tail.threshold;
  if (tail.count < LEAST || excess <= 0) return 0;
  return Math.min(MOST_SURPRISING, -Math.log10(BEYOND) + excess * slopeOf(tail));
}

/** The distance at which the surprise comes to `surprise`, which is the threshold's for all less than that. */
export function distanceOf(tail: Tail, surprise: number): number {
  if (tail.count < LEAST) return Infinity;
  return Math.exp(tail.threshold + Math.max(0, surprise + Math.log10(BEYOND)) / slopeOf(tail));
}

/**
 * Learns a distance. The threshold is followed by stochastic approximation (Robbins and Monro 1951) on a logarithmic
 * scale; how far beyond it a distance is counts up to a bound.
 */
export function learnTail(tail: Tail, distance: number): void {
  const log = logOf(distance);
  tail.count++;
  if (tail.count < 5) {
    tail.threshold = Math.max(tail.threshold, log);
    return;
  }
  const excess = log - tail.threshold;
  const rate = Math.max(1 / MEMORY, 1 / tail.count);
  if (excess <= 0) {
    tail.threshold -= GAIN * rate * BEYOND;
    if (tail.threshold < Math.log(NEAREST)) tail.threshold = Math.log(NEAREST);
    return;
  }
  tail.threshold += Math.min(LONGEST_STEP, GAIN * rate * (1 - BEYOND));
  const weight = Math.max(1 / EXCESS_MEMORY, 1 / (PRIOR_WEIGHT + BEYOND * tail.count));
  tail.excess += weight * (Math.min(excess, CLIP * tail.excess) - tail.excess);
}

/** Surprise per unit of a distance's logarithm. */
function slopeOf(tail: Tail): number {
  return Math.LOG10E / Math.max(LEAST_EXCESS, tail.excess);
}

function logOf(distance: number): number {
  return Math.log(Math.max(NEAREST, distance));
}
