import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** Structured logs; the service's name and the level come from Powertools' environment variables. */
export const logger = new Logger();

const emf = new Metrics();

/** Emits counts as CloudWatch metrics, through the log (EMF): no call, no latency. Zeros are left out. */
export function metrics(counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) {
    if (count > 0) emf.addMetric(name, MetricUnit.Count, count);
  }
  if (emf.hasStoredMetrics()) emf.publishStoredMetrics();
}

/** Emits a count for each value of a dimension; nothing where there is none. @example metricsBy('aggregate', 'Late', { views: 3 }) */
export function metricsBy(dimension: string, name: string, counts: Readonly<Record<string, number>>): void {
  for (const [value, count] of Object.entries(counts)) {
    emf.singleMetric().addDimension(dimension, value).addMetric(name, MetricUnit.Count, count);
  }
}

/** Logs what went wrong: the first error in full, and how many there were. */
export function logErrors(what: string, errors: readonly unknown[]): void {
  const [first] = errors;
  if (errors.length === 0) return;
  const error = first instanceof Error ? first : new Error(JSON.stringify(first));
  logger.error(what, { error, failures: errors.length });
}
