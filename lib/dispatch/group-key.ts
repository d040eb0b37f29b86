import { otherKey } from '../alerts/read-beside.ts';
import type { Alert } from '../pipeline/pipeline.ts';

/**
 * The group that an alert of a key is in: text of the values of the dimensions that its rule groups by.
 *
 * @example groupKeyOf(congested, 'ATL|DL') // 'ATL', if the rule says groupBy: ['origin']
 */
export function groupKeyOf(
  { aggregate, telling }: Pick<Alert, 'aggregate' | 'telling'>,
  key: string,
): string {
  return otherKey(aggregate, key, { dimensions: telling.groupBy });
}
