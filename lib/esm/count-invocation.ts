import type { Invocation } from './invoke-segment.ts';
import type { Tally } from './stats.ts';

/** Counts an invocation; one that could not be made is none. */
export function countInvocation({ outcome }: Invocation, tally: Tally): void {
  if (outcome.kind === 'refused') return;
  tally.invocations += 1;
  if (outcome.kind !== 'success') tally.batchesFailed += 1;
}
