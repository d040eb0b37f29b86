import { mergeAccs } from '../fold/pane.ts';
import type { Aggregate } from '../pipeline/pipeline.ts';
import type { Compacted, Part, Rollup, RollupContext, TierPane } from './port.ts';

/** A tier's pane that others kept writing. */
export class RollupRaceError extends Error {
  override readonly name = 'RollupRaceError';
}

const MOST_RACES = 5;

/**
 * Makes a tier's pane of the items of the next finer tier, whatever it was before. It replaces and never adds, on condition
 * that nobody wrote the pane since before the items were read: what stands there is always made of items as they were, all
 * together, after whoever wrote last had begun. So it is exact whoever does it and however often, if it is done once more
 * after each change.
 *
 * Once items that the pane was made of may have expired, it is not made again of what is left: it is `'kept'`.
 *
 * @throws {RollupRaceError} if others keep writing the pane
 */
export async function compact({ store, now }: RollupContext, pane: TierPane): Promise<Compacted> {
  for (let race = 0; race < MOST_RACES; race++) {
    const stored = await store.read(pane);
    const made = await merged(pane, store.parts(pane));
    // The clock is read after the items: those that are there until later were all there.
    if (stored !== undefined && now() >= stored.until) return 'kept';
    if (made === undefined) return 'without data';
    if (stored !== undefined && isSame(pane.tier.aggregate, stored, made)) return 'unchanged';
    const put = await store.put(pane, made, stored?.version);
    if (put !== 'nothing') return put === 'whole' ? 'made' : 'too large';
  }
  throw new RollupRaceError(
    `pane (${pane.tier.name}, ${pane.key}) was written by others ${MOST_RACES} times meanwhile`,
  );
}

async function merged({ tier }: TierPane, parts: AsyncIterable<Part>): Promise<Rollup | undefined> {
  const { aggregate } = tier;
  let accs: unknown[] | undefined = aggregate.measures.map(({ measure }) => measure.empty());
  let records = 0;
  let until = Infinity;
  for await (const part of parts) {
    if (part.accs === undefined) accs = undefined;
    else if (accs !== undefined) mergeAccs(aggregate, accs, part.accs);
    records += part.records;
    until = Math.min(until, part.expires);
  }
  return records === 0 ? undefined : { accs, records, until };
}

/** Whether a pane that stands there has the same value: evaluators often do the same work at the same time. */
function isSame({ measures }: Aggregate, stored: Rollup, made: Rollup): boolean {
  if (stored.records !== made.records || stored.accs === undefined || made.accs === undefined) return false;
  const [before, after] = [stored.accs, made.accs];
  return measures.every(
    ({ measure }, i) => Buffer.compare(measure.encode(before[i]), measure.encode(after[i])) === 0,
  );
}
