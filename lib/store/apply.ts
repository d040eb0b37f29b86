import { foldBatch, type BatchFold } from '../fold/batch.ts';
import type { Interpreter } from '../fold/interpret.ts';
import type { LaneProgress } from '../fold/lane.ts';
import type { Pane } from '../fold/pane.ts';
import { compareSequence } from '../fold/sequence.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { concurrently } from './concurrently.ts';
import { planMerge } from './merge.ts';
import type { PaneRef, PaneStore, StoredPane } from './port.ts';

/** What it takes to apply a batch. */
export interface ApplyContext {
  readonly pipeline: Pipeline;
  readonly store: PaneStore;
  readonly interpret: Interpreter;
  /** Pane writes under way at once. */
  readonly concurrency: number;
  /** Whether there is time for another write; once it says no, what is left is reported as failed. */
  readonly mayGoOn: () => boolean;
}

/** What became of a batch's panes. */
export interface Applied {
  /** Panes written by this invocation. */
  readonly written: number;
  /** Panes that held all of the batch already. */
  readonly unchanged: number;
  /** The first record, by sequence number, that is not in all its panes; `undefined` if the batch is applied whole. */
  readonly failedFrom: string | undefined;
  /** Why panes failed. */
  readonly errors: readonly unknown[];
}

/** Panes that could not be written because others kept writing them, or because time ran out. */
export class ApplyError extends Error {
  override readonly name = 'ApplyError';
}

// One lane has one writer; races are with its own retries and last as long as they do.
const MOST_RACES = 5;

/**
 * Applies a folded batch to the store, lane-exactly: each pane by one conditional write that holds value and mark,
 * so that applying the same batch again, in whole or in part, changes nothing.
 *
 * @param before the lane's progress that the batch was folded on
 */
export async function applyPanes(
  context: ApplyContext,
  batch: BatchFold,
  before: LaneProgress | undefined,
): Promise<Applied> {
  const { store, concurrency, mayGoOn } = context;
  const errors: unknown[] = [];
  let written = 0;
  let unchanged = 0;
  let failedFrom: string | undefined;
  const refs = batch.panes.map((pane) => refOf(pane, batch.lane.lane));
  const stored = refs.length === 0 ? [] : await store.readPanes(refs);

  await concurrently(batch.panes, concurrency, async (pane, i) => {
    const ref = refs[i];
    if (ref === undefined) return;
    try {
      if (!mayGoOn()) throw new ApplyError('the invocation ran out of time');
      const found = stored[i];
      const plan = planMerge(pane, found);
      // Nearly always this one write is all there is to do, so it is awaited here and not further down.
      const outcome = typeof plan === 'string' ? undefined : await store.putPane(ref, plan, found?.version);
      if (outcome?.written === true) written++;
      else if (plan === 'nothing') unchanged++;
      else if (
        await applyAgain(context, batch, before, pane, ref, outcome === undefined ? found : outcome.found)
      )
        written++;
      else unchanged++;
    } catch (error) {
      errors.push(error);
      if (failedFrom === undefined || compareSequence(pane.first, failedFrom) < 0) failedFrom = pane.first;
    }
  });
  return { written, unchanged, failedFrom, errors };
}

/** Applies a pane of which part is stored already, or that somebody else wrote meanwhile. */
async function applyAgain(
  context: ApplyContext,
  batch: BatchFold,
  before: LaneProgress | undefined,
  folded: Pane,
  ref: PaneRef,
  found: StoredPane | undefined,
): Promise<boolean> {
  let pane = folded;
  for (let race = 1; race < MOST_RACES; race++) {
    let plan = planMerge(pane, found);
    if (plan === 'refold' && found !== undefined) {
      pane = refold(context, batch, before, folded, found.mark);
      plan = planMerge(pane, found);
    }
    if (plan === 'nothing' || plan === 'refold') return false;
    const outcome = await context.store.putPane(ref, plan, found?.version);
    if (outcome.written) return true;
    found = outcome.found;
  }
  throw new ApplyError(
    `pane (${folded.aggregate.name}, ${folded.key}) of ${ref.lane} was written by others ${MOST_RACES} times meanwhile`,
  );
}

/** Folds again what a pane lacks of the batch: its records above `mark`, judged as they were the first time. */
function refold(
  { pipeline, interpret }: ApplyContext,
  batch: BatchFold,
  before: LaneProgress | undefined,
  pane: Pane,
  mark: string,
): Pane {
  const again = foldBatch(pipeline, batch.lane, before, {
    interpret,
    accept: (aggregate, key, start, sequence) =>
      aggregate === pane.aggregate &&
      key === pane.key &&
      start === pane.start &&
      compareSequence(sequence, mark) > 0,
  });
  const [rest] = again.panes;
  // The pane's last record is above the mark, or there would have been nothing to do.
  if (rest === undefined)
    throw new ApplyError(
      `folding (${pane.aggregate.name}, ${pane.key}) again gave no pane; is a function of the pipeline impure?`,
    );
  return rest;
}

function refOf(pane: Pane, lane: string): PaneRef {
  return { aggregate: pane.aggregate, key: pane.key, start: pane.start, lane };
}
