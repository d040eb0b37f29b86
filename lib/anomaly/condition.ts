import { anomalyDetector, type AnomalyDetector } from './detector.ts';
import type { AnomalyOptions } from './options.ts';

/** The condition that a rule's `value` is not as it was before. */
export interface AnomalyCondition {
  readonly detector: AnomalyDetector;
}

/**
 * Watches a rule's `value`, of each key for itself, for numbers that are not as those before.
 *
 * @example
 * alerts: { odd: { on: 'departures', over: tumbling('15m'), value: (w) => w.delay, when: anomaly({ sensitivity: 5 }) } }
 * @throws {PipelineError} if an option is unknown or out of range
 */
export function anomaly(options: AnomalyOptions = {}): AnomalyCondition {
  return { detector: anomalyDetector(options) };
}

/** Tells `anomaly({ … })` from other conditions. */
export function isAnomaly(condition: unknown): condition is AnomalyCondition {
  return typeof condition === 'object' && condition !== null && 'detector' in condition;
}
