import { decodeKinesisEvent } from '../decode/kinesis-event.ts';
import type { LaneBatch } from '../decode/record.ts';
import { foldBatch, type BatchFold } from '../fold/batch.ts';
import type { Interpreter } from '../fold/interpret.ts';
import { compareSequence } from '../fold/sequence.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { lateMessages, quarantineMessages, type QuarantineMessage } from '../quarantine/message.ts';
import { applyPanes } from '../store/apply.ts';
import type { PaneStore, StoredLane } from '../store/port.ts';
import type { PartialBatchResponse } from './response.ts';

/** What the aggregate handler works with. */
export interface AggregateContext {
  readonly pipeline: Pipeline;
  readonly interpret: Interpreter;
  readonly store: PaneStore;
  /** Sets records aside; rejects if they could not be. */
  readonly quarantine: (messages: readonly QuarantineMessage[]) => Promise<void>;
  /** Pane writes under way at once. */
  readonly concurrency: number;
  /** Whether there is time for another write. */
  readonly mayGoOn: () => boolean;
}

/** What an invocation did, for logs and metrics. */
export interface AggregateReport {
  readonly response: PartialBatchResponse;
  readonly records: number;
  readonly repeated: number;
  readonly late: number;
  readonly quarantined: number;
  readonly panesWritten: number;
  readonly errors: readonly unknown[];
}

/**
 * Folds a Lambda event of a Kinesis stream into the store. Never throws on account of a record.
 *
 * Panes are written first, then the lane's progress: a crash in between repeats the batch, and each pane's own mark
 * makes the repetition a no-op. What may pass (throttling, time-outs) is reported from the lowest record that is not
 * in all its panes, so that Lambda brings that tail again.
 */
export async function handleAggregate(context: AggregateContext, event: unknown): Promise<AggregateReport> {
  const { lanes, quarantined } = decodeKinesisEvent(event);
  // Nothing here can be retried: an event that is not Kinesis's has no sequence number to report.
  if (quarantined.length > 0) await context.quarantine(quarantined.flatMap(quarantineMessages));

  const report = { records: 0, repeated: 0, late: 0, quarantined: quarantined.length, panesWritten: 0 };
  const errors: unknown[] = [];
  const failures: string[] = [];
  for (const lane of lanes) {
    const done = await applyLane(context, lane);
    report.records += lane.records.length;
    report.repeated += done.batch?.repeated ?? 0;
    report.late += done.batch?.late.length ?? 0;
    report.quarantined += done.batch?.quarantined.length ?? 0;
    report.panesWritten += done.written;
    errors.push(...done.errors);
    if (done.failedFrom !== undefined) failures.push(done.failedFrom);
  }
  return {
    ...report,
    errors,
    response: { batchItemFailures: failures.map((itemIdentifier) => ({ itemIdentifier })) },
  };
}

interface LaneDone {
  readonly batch: BatchFold | undefined;
  readonly written: number;
  readonly failedFrom: string | undefined;
  readonly errors: readonly unknown[];
}

async function applyLane(context: AggregateContext, lane: LaneBatch): Promise<LaneDone> {
  const first = lane.records[0]?.sequence;
  try {
    return await applyLaneOrThrow(context, lane);
  } catch (error) {
    return { batch: undefined, written: 0, failedFrom: first, errors: [error] };
  }
}

async function applyLaneOrThrow(context: AggregateContext, lane: LaneBatch): Promise<LaneDone> {
  const before = await context.store.readLane(lane.lane);
  const batch = foldBatch(context.pipeline, lane, before, { interpret: context.interpret });
  if (batch.progress === undefined) return { batch, written: 0, failedFrom: undefined, errors: [] };

  const [applied, aside] = await Promise.all([applyPanes(context, batch, before), setAside(context, batch)]);
  const failedFrom = least(applied.failedFrom, aside.failedFrom);
  const errors = [...applied.errors, ...aside.errors];
  const moved = await moveLane(context, batch, before, failedFrom);
  // Lateness is judged on the lane as it stood before the batch: if the lane cannot be moved, all of it comes again.
  const first = lane.records[0]?.sequence;
  return { batch, written: applied.written, failedFrom: moved ? failedFrom : first, errors };
}

async function setAside(
  context: AggregateContext,
  batch: BatchFold,
): Promise<{ readonly failedFrom: string | undefined; readonly errors: readonly unknown[] }> {
  const messages = [...batch.quarantined.flatMap(quarantineMessages), ...batch.late.flatMap(lateMessages)];
  if (messages.length === 0) return { failedFrom: undefined, errors: [] };
  try {
    await context.quarantine(messages);
    return { failedFrom: undefined, errors: [] };
  } catch (error) {
    const failedFrom = messages.map((message) => message.origin.sequence).reduce(least, undefined);
    return { failedFrom, errors: [error] };
  }
}

/** Moves the lane up to the batch's end, or to the last record before the first that failed. */
async function moveLane(
  context: AggregateContext,
  batch: BatchFold,
  before: StoredLane | undefined,
  failedFrom: string | undefined,
): Promise<boolean> {
  const progress =
    failedFrom === undefined ? batch.progress : progressBefore(context, batch, before, failedFrom);
  if (progress === undefined) return true;
  if (await context.store.writeLane(batch.lane.lane, progress, before?.version)) return true;
  const found = await context.store.readLane(batch.lane.lane);
  return found !== undefined && compareSequence(found.mark, progress.mark) >= 0;
}

function progressBefore(
  { pipeline, interpret }: AggregateContext,
  batch: BatchFold,
  before: StoredLane | undefined,
  failedFrom: string,
): BatchFold['progress'] {
  const records = batch.lane.records.filter((record) => compareSequence(record.sequence, failedFrom) < 0);
  return foldBatch(pipeline, { ...batch.lane, records }, before, { interpret }).progress;
}

function least(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compareSequence(a, b) <= 0 ? a : b;
}
