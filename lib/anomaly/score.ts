// Fitted to what independent values of nine distributions give, from uniform to Student's t with 3 degrees of freedom:
// the number of alarms per 10,000 values if all that is news is one, and the news from which on they thin out as the
// tails do. The fit is to those that alarm the most.
const MOST_ALARMS = 60;
/** One in a million, the most that a surprise can be, has a score that this is still below. */
const FEWEST_ALARMS = 0.002;
const TURN = 17.5;

/**
 * The anomaly score, in [0, 1): the share of the alarms on pure noise that a threshold at this score would spare.
 *
 * @param news surprise (-log10 of a probability) above what has been told of, from 0
 */
export function scoreOf(news: number): number {
  const odds = 10 ** news - 1;
  return odds / (odds + TURN);
}

/** The news that has a score: `scoreOf` the other way round. */
export function newsOf(score: number): number {
  return Math.log10(1 + (TURN * score) / (1 - score));
}

/** The score that some number of alarms per 10,000 values of noise, up to 60, would come to. */
export function thresholdFor(alarms: number): number {
  return 1 - alarms / MOST_ALARMS;
}

/** Whether a number of alarms is one that a threshold can be found for. */
export function isSensitivity(alarms: unknown): alarms is number {
  return typeof alarms === 'number' && alarms >= FEWEST_ALARMS && alarms <= MOST_ALARMS;
}
