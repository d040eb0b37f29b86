import type { Notice } from '../dispatch/notice.ts';
import { groupKeyOf } from '../dispatch/group-key.ts';
import { keyRecord, keyValues } from '../fold/key.ts';
import type { Alert } from '../pipeline/pipeline.ts';

/**
 * Values of the dimensions by which a notice's alerts were grouped, by name. Its rule may group by others by now: then they are
 * those that have these values in all alerts of the notice. If nobody can tell, they have no names and stand under `group`.
 *
 * @param rule `undefined` if it has left the pipeline
 * @example groupRecord(notice, congested) // { origin: 'ORD' }
 */
export function groupRecord(
  { group, members }: Pick<Notice, 'group' | 'members'>,
  rule: Alert | undefined,
): Record<string, string> {
  const keys = members.map(({ state }) => state.key);
  if (rule !== undefined) {
    const { telling, aggregate } = rule;
    if (keys.every((key) => groupKeyOf(rule, key) === group))
      return keyRecord({ dimensions: telling.groupBy }, group);
    const named = namesOf(
      keys.map((key) => keyRecord(aggregate, key)),
      group,
      aggregate.dimensions,
    );
    if (named !== undefined) return named;
  }
  return group === '' ? {} : { group };
}

function namesOf(
  keys: readonly Readonly<Record<string, string>>[],
  group: string,
  dimensions: readonly string[],
): Record<string, string> | undefined {
  const values = group === '' ? [] : keyValues(group);
  const named: [string, string][] = [];
  for (const dimension of dimensions) {
    const value = values[named.length];
    if (value !== undefined && keys.every((key) => key[dimension] === value)) named.push([dimension, value]);
  }
  return named.length === values.length ? Object.fromEntries(named) : undefined;
}
