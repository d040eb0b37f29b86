import { keyText, keyValues } from '../fold/key.ts';
import type { Aggregate, Alert } from '../pipeline/pipeline.ts';
import type { Beside } from './evidence.ts';
import type { PaneReader } from './port.ts';
import type { AlertMemory } from './state.ts';

/** Reads what a rule's conditions see beside the panes of a key that start in [from, to). */
export async function readBeside(
  panes: Pick<PaneReader, 'readRange'>,
  { aggregate, others, compare }: Alert,
  key: string,
  {
    from,
    to,
    memory,
  }: { readonly from: number; readonly to: number; readonly memory: AlertMemory | undefined },
): Promise<Beside> {
  const [besides, before] = await Promise.all([
    Promise.all(others.map((other) => panes.readRange(other, otherKey(aggregate, key, other), from, to))),
    Promise.all(compare.map((ms) => panes.readRange(aggregate, key, from - ms, to - ms))),
  ]);
  return { others: besides, before, memory };
}

/**
 * The key of another aggregate that has the values which this one has of the same dimensions.
 *
 * @param other an aggregate whose dimensions are among this one's
 */
export function otherKey(
  aggregate: Pick<Aggregate, 'dimensions'>,
  key: string,
  other: Pick<Aggregate, 'dimensions'>,
): string {
  const values = keyValues(key);
  return keyText(other.dimensions.map((dimension) => values[aggregate.dimensions.indexOf(dimension)] ?? ''));
}
