import { emptyGauge, gauge, type Gauge } from './gauge.ts';

/** Judges how far values are from what was expected of them. */
export interface Model {
  /** Of the errors themselves. */
  readonly each: Gauge;
  /** Of their short average. */
  readonly recent: Gauge;
  /** The short average: exponential, over about 6 values. */
  average: number;
}

const RECENT = 6;

export function emptyModel(): Model {
  return { each: emptyGauge(), recent: emptyGauge(), average: 0 };
}

/**
 * How surprising an error is; then learns it. It is as surprising as the less surprising of two: itself, and the short
 * average that it is the latest part of. A value that is odd by a little has to have company, and what follows upon an
 * odd value, while the average still feels it, is not odd for that.
 *
 * That an average over the recent past is set against the long past is from Ahmad, Lavin, Purdy and Agha, "Unsupervised
 * real-time anomaly detection for streaming data", 2017, who do so with a likelihood.
 */
export function judge(model: Model, error: number): number {
  const count = Math.min(RECENT, model.each.level.count + 1);
  model.average += (error - model.average) / count;
  return Math.min(gauge(model.each, error), gauge(model.recent, model.average));
}
