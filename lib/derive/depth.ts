import type { Aggregate } from '../pipeline/pipeline.ts';

/** How many aggregates lie between an aggregate and the events of its source; 0 for one of a source. */
export function depthOf({ derivation }: Aggregate): number {
  return derivation === undefined ? 0 : 1 + depthOf(derivation.from);
}
