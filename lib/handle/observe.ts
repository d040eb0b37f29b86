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

/** Logs what made an invocation fail in part: the first error in full, and how many there were. */
export function logErrors(errors: readonly unknown[]): void {
  const [first] = errors;
  if (first === undefined) return;
  const error = first instanceof Error ? first : new Error(String(first));
  logger.error('part of the batch failed and is reported for another try', {
    error,
    failures: errors.length,
  });
}
