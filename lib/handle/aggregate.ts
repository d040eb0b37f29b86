import { decodeKinesisEvent } from '../decode/kinesis-event.ts';
import type { LaneBatch } from '../decode/record.ts';
import { foldBatch, type BatchFold } from '../fold/batch.ts';
import type { Interpreter } from '../fold/interpret.ts';
import type { LaneProgress } from '../fold/lane.ts';
import { compareSequence, least, recordSequence } from '../fold/sequence.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { quarantineMessages } from '../quarantine/message.ts';
import { leftOutRecords } from '../quarantine/left-out.ts';
import { setAside, type Quarantine } from '../quarantine/set-aside.ts';
import { applyPanes } from '../store/apply.ts';
import { moveLane } from '../store/move-lane.ts';
import type { PaneStore, StoredLane } from '../store/port.ts';
import type { PartialBatchResponse } from './response.ts';

/** What the aggregate handler works with. */
export interface AggregateContext {
  readonly pipeline: Pipeline;
  readonly interpret: Interpreter;
  readonly store: PaneStore;
  readonly quarantine: Quarantine;
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
 * Panes are written first, which settles what is late; then the records left out are told of; then the lane's progress is
 * written. A crash anywhere repeats the batch, and each pane's own mark makes the repetition a no-op. What may pass
 * (throttling, time-outs) is reported from the lowest record that is not in all its panes, so that Lambda brings that
 * tail again.
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
    report.late += done.late;
    report.quarantined += (done.batch?.quarantined.length ?? 0) + done.full;
    report.panesWritten += done.written;
    errors.push(...done.errors);
    if (done.failedFrom !== undefined) failures.push(recordSequence(done.failedFrom));
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
  readonly late: number;
  readonly full: number;
  readonly failedFrom: string | undefined;
  readonly errors: readonly unknown[];
}

const NOTHING_DONE: Omit<LaneDone, 'batch'> = {
  written: 0,
  late: 0,
  full: 0,
  failedFrom: undefined,
  errors: [],
};

async function applyLane(context: AggregateContext, lane: LaneBatch): Promise<LaneDone> {
  try {
    return await applyLaneOrThrow(context, lane);
  } catch (error) {
    const failedFrom = lane.records[0]?.sequence;
    return { ...NOTHING_DONE, batch: undefined, failedFrom, errors: [error] };
  }
}

async function applyLaneOrThrow(context: AggregateContext, lane: LaneBatch): Promise<LaneDone> {
  const { store, pipeline, interpret, quarantine } = context;
  const before = await store.readLane(lane.lane);
  const batch = foldBatch(pipeline, lane, before, { interpret });
  if (batch.progress === undefined) return { ...NOTHING_DONE, batch };

  const [applied, refused] = await Promise.all([
    applyPanes(context, batch, before),
    setAside(quarantine, batch.quarantined.flatMap(quarantineMessages)),
  ]);
  // What comes again is told of when it is settled.
  const settled = least(applied.failedFrom, refused.failedFrom);
  const leftOut = leftOutRecords(pipeline, batch, before, applied.leftOut, settled);
  const told = await setAside(quarantine, leftOut.messages);
  const failedFrom = least(settled, told.failedFrom);
  await moveLane(store, lane.lane, before, progressUntil(context, batch, before, failedFrom));
  return {
    batch,
    written: applied.written,
    late: leftOut.late,
    full: leftOut.full,
    failedFrom,
    errors: [...applied.errors, ...refused.errors, ...told.errors],
  };
}

/** How far the lane is after the batch, or before the first record that failed. */
function progressUntil(
  { pipeline, interpret }: AggregateContext,
  batch: BatchFold,
  before: StoredLane | undefined,
  failedFrom: string | undefined,
): LaneProgress | undefined {
  if (failedFrom === undefined) return batch.progress;
  const records = batch.lane.records.filter((record) => compareSequence(record.sequence, failedFrom) < 0);
  return foldBatch(pipeline, { ...batch.lane, records }, before, { interpret }).progress;
}
