import type { Severity } from './alert-definition.ts';
import { SEVERITIES } from './build-life-cycle.ts';

/** Whether one severity is greater than another. */
export function isGreater(one: Severity, other: Severity): boolean {
  return SEVERITIES.indexOf(one) > SEVERITIES.indexOf(other);
}
