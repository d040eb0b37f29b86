import { decodeKinesisEvent } from '../decode/kinesis-event.ts';
import type { LaneBatch } from '../decode/record.ts';
import { foldBatch, type BatchFold } from '../fold/batch.ts';
import type { Interpreter } from '../fold/interpret.ts';
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
  /** Records that are late for each aggregate, by name; only those that have any. */
  readonly lateBy: Readonly<Record<string, number>>;
  readonly quarantined: number;
  /** Records that the pipeline has no source for, and passes over. */
  readonly ignored: number;
  readonly panesWritten: number;
  readonly errors: readonly unknown[];
}

/**
 * Folds a Lambda event of a Kinesis stream into the store. Never throws on account of a record.
 *
 * Records that are refused are set aside first; then panes are written, which settles what is late; then the records left
 * out are told of; then the lane's progress is written. A crash anywhere repeats the batch, and each pane's own mark makes
 * the repetition a no-op. What may pass (throttling, time-outs) is reported from the lowest record that is not in all its
 * panes, so that Lambda brings that tail again.
 */
export async function handleAggregate(context: AggregateContext, event: unknown): Promise<AggregateReport> {
  const { lanes, quarantined } = decodeKinesisEvent(event);
  // Nothing here can be retried: an event that is not Kinesis's has no sequence number to report.
  if (quarantined.length > 0) await context.quarantine(quarantined.flatMap(quarantineMessages));

  const report = {
    records: 0,
    repeated: 0,
    late: 0,
    quarantined: quarantined.length,
    ignored: 0,
    panesWritten: 0,
  };
  const lateBy: Record<string, number> = {};
  const errors: unknown[] = [];
  const failures: string[] = [];
  for (const lane of lanes) {
    const done = await applyLane(context, lane);
    report.records += (done.batch?.lane ?? lane).records.length;
    report.repeated += done.batch?.repeated ?? 0;
    report.late += done.late;
    for (const [name, count] of Object.entries(done.lateBy)) lateBy[name] = (lateBy[name] ?? 0) + count;
    report.quarantined += (done.batch?.quarantined.length ?? 0) + done.full;
    report.ignored += done.batch?.ignored ?? 0;
    report.panesWritten += done.written;
    errors.push(...done.errors);
    if (done.failedFrom !== undefined) failures.push(recordSequence(done.failedFrom));
  }
  return {
    ...report,
    lateBy,
    errors,
    response: { batchItemFailures: failures.map((itemIdentifier) => ({ itemIdentifier })) },
  };
}

interface LaneDone {
  readonly batch: BatchFold | undefined;
  readonly written: number;
  readonly late: number;
  readonly lateBy: Readonly<Record<string, number>>;
  readonly full: number;
  readonly failedFrom: string | undefined;
  readonly errors: readonly unknown[];
}

const NOTHING_DONE: Omit<LaneDone, 'batch'> = {
  written: 0,
  late: 0,
  lateBy: {},
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
  const whole = foldBatch(pipeline, lane, before, { interpret });
  if (whole.progress === undefined) return { ...NOTHING_DONE, batch: whole };

  // First, and what follows a record that could not be set aside waits with it: by the time that it comes again, a pipeline
  // that takes it may be deployed, and no pane's mark must have passed it.
  const refused = await setAside(quarantine, whole.quarantined.flatMap(quarantineMessages));
  const batch = upTo(context, whole, before, refused.failedFrom);
  const applied = await applyPanes(context, batch, before);
  const settled = least(applied.failedFrom, refused.failedFrom);
  // What comes again is told of when it is settled.
  const leftOut = leftOutRecords(pipeline, batch, before, applied.leftOut, settled);
  const told = await setAside(quarantine, leftOut.messages);
  const failedFrom = least(settled, told.failedFrom);
  await moveLane(store, lane.lane, before, upTo(context, whole, before, failedFrom).progress);
  return {
    batch: whole,
    written: applied.written,
    late: leftOut.late,
    lateBy: leftOut.lateBy,
    full: leftOut.full,
    failedFrom,
    errors: [...refused.errors, ...applied.errors, ...told.errors],
  };
}

/** The batch before the first record that failed. */
function upTo(
  { pipeline, interpret }: AggregateContext,
  batch: BatchFold,
  before: StoredLane | undefined,
  failedFrom: string | undefined,
): BatchFold {
  if (failedFrom === undefined) return batch;
  const records = batch.lane.records.filter((record) => compareSequence(record.sequence, failedFrom) < 0);
  return foldBatch(pipeline, { ...batch.lane, records }, before, { interpret });
}
