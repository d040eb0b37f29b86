import { foldBatch } from '../fold/batch.ts';
import type { Interpreter } from '../fold/interpret.ts';
import { compareSequence } from '../fold/sequence.ts';
import type { Aggregate, Pipeline } from '../pipeline/pipeline.ts';
import type { LeftOut } from '../store/apply.ts';
import { concurrentlyOrThrow } from '../store/concurrently.ts';
import type { PaneRef, PaneStore } from '../store/port.ts';
import { readLane } from './lane-range.ts';
import { paneName, PaneRefold, type Target } from './pane-refold.ts';
import { RetentionError, type ShardRange } from './shard-range.ts';

/** What it takes to repair panes of one lane. */
export interface RefoldContext {
  readonly pipeline: Pipeline;
  readonly interpret: Interpreter;
  readonly store: PaneStore;
  readonly range: ShardRange;
  /** Whether the item of a pane, if there was one, may have expired since; none has, unless given. */
  readonly mayHaveExpired?: (ref: PaneRef) => boolean;
}

/** What became of the panes. */
export interface Refolded {
  /** Panes that were written, whether or not that changed their value. */
  readonly written: number;
  /** Records of the range that panes were closed to before. */
  readonly leftOut: readonly LeftOut[];
  /** Panes that cannot be repaired, as records that they hold have left the stream. They are as they were. */
  readonly beyond: readonly PaneRef[];
  /** Panes that cannot be repaired, as their items would have no room. They are as they were. */
  readonly tooLarge: readonly PaneRef[];
  /** Panes that are not there any more, or never were: what they held and were closed to cannot be told. */
  readonly expired: readonly PaneRef[];
}

/** Panes that others kept writing. */
export class RefoldRaceError extends Error {
  override readonly name = 'RefoldRaceError';
}

// Each race is lost to a live batch, and the next try reads only what that batch added.
const MOST_RACES = 50;
const WRITES_AT_ONCE = 16;

/**
 * Folds panes again from the stream, from the first record that a pane holds to the last that it holds or should hold, and
 * puts the result in place of what is stored, on condition that nobody wrote it meanwhile. It replaces and never adds, so
 * that it is right whatever of the lost range had been applied, and doing it twice changes nothing. What the panes were
 * closed to stays outside. Why that is exact: docs/redrive.md.
 *
 * @throws {RefoldRaceError} if others keep writing a pane
 */
export async function refoldPanes(context: RefoldContext, targets: readonly Target[]): Promise<Refolded> {
  const beyond: PaneRef[] = [];
  const tooLarge: PaneRef[] = [];
  const expired: PaneRef[] = [];
  const { mayHaveExpired = () => false } = context;
  const all = targets.map((target) => new PaneRefold(target));
  let pending = all;
  let written = 0;
  for (let race = 0; pending.length > 0; race++) {
    if (race === MOST_RACES) {
      throw new RefoldRaceError(
        `${pending.length} panes were written by others ${MOST_RACES} times meanwhile`,
      );
    }
    const stored = await context.store.readPanes(pending.map(({ ref }) => ref));
    const gone = pending.filter(({ ref }, i) => stored[i] === undefined && mayHaveExpired(ref));
    expired.push(...gone.map(({ ref }) => ref));
    for (const [i, refold] of pending.entries()) refold.plan(stored[i]);
    pending = pending.filter((refold) => !gone.includes(refold));
    const outOfReach = await fold(context, pending);
    if (outOfReach !== undefined) {
      beyond.push(...outOfReach.map(({ ref }) => ref));
      pending = pending.filter((refold) => !outOfReach.includes(refold));
      for (const refold of pending) refold.reset();
      continue;
    }
    const outcomes = await put(context.store, pending);
    written += outcomes.written;
    tooLarge.push(...outcomes.tooLarge.map(({ ref }) => ref));
    pending = outcomes.lost;
  }
  return { written, leftOut: all.flatMap((refold) => refold.leftOut()), beyond, tooLarge, expired };
}

async function put(
  store: PaneStore,
  refolds: readonly PaneRefold[],
): Promise<{ readonly written: number; readonly lost: PaneRefold[]; readonly tooLarge: PaneRefold[] }> {
  const lost: PaneRefold[] = [];
  const tooLarge: PaneRefold[] = [];
  let written = 0;
  await concurrentlyOrThrow(refolds, WRITES_AT_ONCE, async (refold) => {
    const outcome = await refold.put(store);
    if (outcome === 'written') written++;
    else if (outcome === 'lost') lost.push(refold);
    else if (outcome === 'too large') tooLarge.push(refold);
  });
  return { written, lost, tooLarge };
}

/** Reads what the panes need, in one pass; gives those whose first record has left the stream, if that broke it off. */
async function fold(
  context: RefoldContext,
  refolds: readonly PaneRefold[],
): Promise<readonly PaneRefold[] | undefined> {
  try {
    await foldAll(context, refolds);
    return undefined;
  } catch (error) {
    if (!(error instanceof RetentionError)) throw error;
    const horizon = await context.range.horizon();
    const outOfReach = refolds.filter(
      ({ from }) => from !== undefined && (horizon === undefined || compareSequence(from, horizon) < 0),
    );
    if (outOfReach.length === 0) throw error;
    return outOfReach;
  }
}

async function foldAll(
  { pipeline, interpret, range }: RefoldContext,
  refolds: readonly PaneRefold[],
): Promise<void> {
  const bounds = boundsOf(refolds);
  if (bounds === undefined) return;
  const byName = new Map(
    refolds.map((refold) => [paneName(refold.ref.aggregate, refold.ref.key, refold.ref.start), refold]),
  );
  const find = (aggregate: Aggregate, key: string, start: number): PaneRefold | undefined =>
    byName.get(paneName(aggregate, key, start));
  for await (const lane of readLane(range, bounds.first, bounds.last)) {
    const { panes } = foldBatch(pipeline, lane, undefined, {
      interpret,
      lenient: true,
      accept: (aggregate, key, start, sequence) => find(aggregate, key, start)?.takes(sequence) ?? false,
    });
    for (const pane of panes) find(pane.aggregate, pane.key, pane.start)?.add(pane);
  }
}

function boundsOf(
  refolds: readonly PaneRefold[],
): { readonly first: string; readonly last: string } | undefined {
  let bounds: { first: string; last: string } | undefined;
  for (const { from, upTo } of refolds) {
    if (from === undefined) continue;
    bounds ??= { first: from, last: upTo };
    if (compareSequence(from, bounds.first) < 0) bounds.first = from;
    if (compareSequence(upTo, bounds.last) > 0) bounds.last = upTo;
  }
  return bounds;
}
