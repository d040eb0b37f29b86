import { groupBy } from '../collect/group-by.ts';
import { bytesOf, originOf, type BatchFold } from '../fold/batch.ts';
import type { LaneProgress } from '../fold/lane.ts';
import { compareSequence } from '../fold/sequence.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { LeftOut } from '../store/apply.ts';
import { fullMessages, lateMessages, type QuarantineMessage } from './message.ts';

/** The records of a batch that are missing from aggregates, and what is to be said of them. */
export interface LeftOutRecords {
  readonly messages: readonly QuarantineMessage[];
  readonly late: number;
  readonly full: number;
  /** Records that are late for each aggregate, by name; only those that have any. */
  readonly lateBy: Readonly<Record<string, number>>;
}

/**
 * What is to be said of the records that panes were closed to.
 *
 * @param before the lane that the batch was folded on
 * @param failedFrom records from this one on come again, and are told of then
 */
export function leftOutRecords(
  { aggregates, maxOutOfOrderness }: Pipeline,
  batch: Pick<BatchFold, 'lane' | 'late'>,
  before: LaneProgress | undefined,
  leftOut: readonly LeftOut[],
  failedFrom: string | undefined,
): LeftOutRecords {
  const messages: QuarantineMessage[] = [];
  let late = 0;
  let full = 0;
  const lateBy: Record<string, number> = {};
  if (leftOut.length === 0) return { messages, late, full, lateBy };
  const bySequence = groupBy(leftOut, ({ sequence }) => sequence);
  const judged = new Map(batch.late.map(({ record, watermark }) => [record.sequence, watermark]));
  // A pane may have been closed by an earlier delivery, on whose watermark this one's depends no more.
  const earlier = (before?.maxEventTime ?? -Infinity) - maxOutOfOrderness;
  for (const record of batch.lane.records) {
    const { sequence } = record;
    const missing = bySequence.get(sequence);
    if (missing === undefined) continue;
    if (failedFrom !== undefined && compareSequence(sequence, failedFrom) >= 0) continue;
    const named = (why: LeftOut['why']): string[] =>
      aggregates
        .map(({ name }) => name)
        .filter((name) => missing.some((one) => one.why === why && one.aggregate === name));
    const [lateFor, fullFor] = [named('late'), named('full')];
    const told = { origin: originOf(batch.lane, record), bytes: bytesOf(record) };
    if (lateFor.length > 0) {
      late++;
      for (const name of lateFor) lateBy[name] = (lateBy[name] ?? 0) + 1;
      messages.push(...lateMessages({ ...told, aggregates: lateFor }, judged.get(sequence) ?? earlier));
    }
    if (fullFor.length > 0) {
      full++;
      messages.push(...fullMessages({ ...told, aggregates: fullFor }));
    }
  }
  return { messages, late, full, lateBy };
}
