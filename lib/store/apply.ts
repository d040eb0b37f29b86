import { foldBatch, type BatchFold } from '../fold/batch.ts';
import type { Interpreter } from '../fold/interpret.ts';
import type { LaneProgress } from '../fold/lane.ts';
import { emptyPane, type Pane } from '../fold/pane.ts';
import { compareSequence } from '../fold/sequence.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { concurrently } from './concurrently.ts';
import { isDivided, leftOut, newPane, planMerge, type NewPane } from './merge.ts';
import { NO_RECORD, type Closed, type Closing } from './port.ts';
import type { PaneRef, PaneStore, PutOutcome, StoredPane } from './port.ts';

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

/** A record that is in the end not in a pane of an aggregate, because the pane was closed before it. */
export interface LeftOut {
  readonly sequence: string;
  readonly aggregate: string;
  readonly why: Closing;
}

/** What became of a batch's panes. */
export interface Applied {
  /** Panes written by this invocation. */
  readonly written: number;
  /** Panes that held all of the batch already. */
  readonly unchanged: number;
  /** Of the panes that did not fail. */
  readonly leftOut: readonly LeftOut[];
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
 * Applies a folded batch to the store, lane-exactly: each pane by one conditional write that holds value, mark and
 * closing record, so that applying the same batch again, in whole or in part, changes nothing.
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
  const left: LeftOut[] = [];
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
      const plan = isDivided(pane, found) ? undefined : planMerge(pane, found);
      // Nearly always this one write is all there is to do, so it is awaited here and not further down.
      const outcome = plan === undefined ? undefined : await store.putPane(ref, plan, found?.version);
      if (plan !== undefined && outcome?.written === true) {
        written++;
        if (pane.late !== undefined) for (const one of leftOutOf(pane, plan.closed)) left.push(one);
        return;
      }
      const failed = outcome?.written === false ? outcome : { written: false as const, found };
      const done = await applyAgain(context, batch, before, pane, ref, failed);
      if (done.written) written++;
      else unchanged++;
      for (const one of leftOutOf(done.pane, done.closed)) left.push(one);
    } catch (error) {
      errors.push(error);
      const first = firstOf(pane);
      if (failedFrom === undefined || compareSequence(first, failedFrom) < 0) failedFrom = first;
    }
  });
  return { written, unchanged, leftOut: left, failedFrom, errors };
}

interface PaneDone {
  readonly written: boolean;
  /** What the batch had for the pane in the end. */
  readonly pane: Pane;
  readonly closed: Closed | undefined;
}

/** Applies a pane of which part is stored already, that somebody else wrote meanwhile, or that has grown too large. */
async function applyAgain(
  context: ApplyContext,
  batch: BatchFold,
  before: LaneProgress | undefined,
  folded: Pane,
  ref: PaneRef,
  failed: Exclude<PutOutcome, { readonly written: true }>,
): Promise<PaneDone> {
  const { store } = context;
  let outcome: PutOutcome = failed;
  for (let race = 0; race < MOST_RACES; race++) {
    const tooLarge = 'tooLarge' in outcome;
    const found: StoredPane | undefined =
      'tooLarge' in outcome ? (await store.readPanes([ref]))[0] : outcome.found;
    const mark = found?.mark ?? NO_RECORD;
    const again = (closed: Closed | undefined): Pane => refold(context, batch, before, folded, mark, closed);
    let pane = isDivided(folded, found) ? again(found?.closed) : folded;
    let plan: NewPane | undefined;
    if (tooLarge && pane.records > 0 && compareSequence(pane.first, mark) > 0) {
      // From the first record that is not there yet, nothing of the batch has room in the item.
      const closed: Closed = { from: pane.first, why: 'full' };
      pane = again(closed);
      plan = { ...(found ?? newPane(ref.aggregate)), closed };
    } else {
      plan = planMerge(pane, found);
    }
    if (plan === undefined) return { written: false, pane, closed: found?.closed };
    outcome = await store.putPane(ref, plan, found?.version);
    if (outcome.written) return { written: true, pane, closed: plan.closed };
  }
  throw new ApplyError(
    `pane (${ref.aggregate.name}, ${ref.key}) of ${ref.lane} was written by others ${MOST_RACES} times meanwhile`,
  );
}

/**
 * Folds again what a pane lacks of the batch: its records above `mark` and before the one that closed it, judged as they
 * were the first time. The pane lists those from that one on as late.
 */
function refold(
  { pipeline, interpret }: ApplyContext,
  batch: BatchFold,
  before: LaneProgress | undefined,
  pane: Pane,
  mark: string,
  closed: Closed | undefined,
): Pane {
  const isSame = ({ aggregate, key, start }: Pick<Pane, 'aggregate' | 'key' | 'start'>): boolean =>
    aggregate === pane.aggregate && key === pane.key && start === pane.start;
  const behind: string[] = [];
  const again = foldBatch(pipeline, batch.lane, before, {
    interpret,
    accept: (aggregate, key, start, sequence) => {
      if (!isSame({ aggregate, key, start })) return false;
      const isBehind = closed !== undefined && compareSequence(sequence, closed.from) >= 0;
      if (isBehind) behind.push(sequence);
      return !isBehind && compareSequence(sequence, mark) > 0;
    },
  });
  const found = again.panes.find(isSame);
  // The pane's last record is above the mark, or behind the one that closed it.
  if (found === undefined && behind.length === 0)
    throw new ApplyError(
      `folding (${pane.aggregate.name}, ${pane.key}) again gave no pane; is a function of the pipeline impure?`,
    );
  const rest = found ?? emptyPane(pane.aggregate, pane.key, pane.start, pane.first);
  rest.late = [...behind, ...(rest.late ?? [])];
  return rest;
}

function leftOutOf(pane: Pane, closed: Closed | undefined): LeftOut[] {
  if (closed === undefined) return [];
  const { name } = pane.aggregate;
  return leftOut(pane, closed).map((sequence) => ({ sequence, aggregate: name, why: closed.why }));
}

function firstOf({ records, first, late = [] }: Pane): string {
  return records > 0 ? first : (late[0] ?? first);
}

function refOf(pane: Pane, lane: string): PaneRef {
  return { aggregate: pane.aggregate, key: pane.key, start: pane.start, lane };
}
