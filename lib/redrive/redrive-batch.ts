import { foldBatch } from '../fold/batch.ts';
import type { LaneBatch, StreamRecord } from '../decode/record.ts';
import type { Interpreter } from '../fold/interpret.ts';
import { isTotal, type Pipeline } from '../pipeline/pipeline.ts';
import { leftOutRecords } from '../quarantine/left-out.ts';
import { quarantineMessages } from '../quarantine/message.ts';
import type { Quarantine } from '../quarantine/set-aside.ts';
import { moveLane } from '../store/move-lane.ts';
import { expiresAt } from '../store/pane-item.ts';
import type { PaneRef, PaneStore } from '../store/port.ts';
import { isoTime } from '../time/event-time.ts';
import { readLane } from './lane-range.ts';
import { paneName, type Target } from './pane-refold.ts';
import { refoldPanes, type Refolded } from './refold.ts';
import { RetentionError, type ShardRange } from './shard-range.ts';

/** What it takes to repair what a lost range of a lane should have done. */
export interface RedriveContext {
  readonly pipeline: Pipeline;
  readonly interpret: Interpreter;
  readonly store: PaneStore;
  readonly quarantine: Quarantine;
  /** Wall clock in ms, by which items expire; none does, unless given. */
  readonly now?: () => number;
}

/** Records of one shard. */
export interface LostRange {
  readonly range: ShardRange;
  /** Sequence numbers of the first and last record. */
  readonly first: string;
  readonly last: string;
  /** Whether Lambda has given the range up: no batch of it, or of what was before it, will come again. */
  readonly givenUp: boolean;
}

/** What became of a lost range. */
export type Redriven =
  | {
      /** Every record of it is where it belongs. */
      readonly kind: 'repaired';
      readonly records: number;
      readonly panes: number;
      readonly late: number;
      readonly quarantined: number;
      /** Records that the pipeline has no source for, and passes over. */
      readonly ignored: number;
    }
  /** Not everything could be done; doing it again later does no harm. */
  | { readonly kind: 'kept'; readonly detail: string };

/**
 * Repairs exactly what the records of a range should have contributed, whatever part of it has been applied: panes are
 * folded again from the stream, what cannot be folded or is late is set aside, and the lane moves on.
 *
 * @throws what the stores and queues reject with; it may be done again then
 */
export async function redriveRange(context: RedriveContext, lost: LostRange): Promise<Redriven> {
  const { pipeline, interpret, store, quarantine, now = () => -Infinity } = context;
  let lane: LaneBatch | undefined;
  try {
    lane = await collect(lost);
  } catch (error) {
    if (error instanceof RetentionError) return { kind: 'kept', detail: error.message };
    throw error;
  }
  if (lane === undefined) return { kind: 'kept', detail: 'the range holds no record of a Kinesis stream' };

  const targets = new Map<string, { ref: PaneRef; lost: string[] }>();
  const laneName = lane.lane;
  const batch = foldBatch(pipeline, lane, undefined, {
    interpret,
    lenient: true,
    accept: (aggregate, key, start, sequence) => {
      const name = paneName(aggregate, key, start);
      const target = targets.get(name);
      if (target === undefined)
        targets.set(name, { ref: { aggregate, key, start, lane: laneName }, lost: [sequence] });
      else target.lost.push(sequence);
      return false;
    },
  });
  const before = await store.readLane(laneName);
  const [firstRecord] = lane.records;
  // No batch after the range, nor a part of the range itself, was written before its first record arrived.
  const mayHaveExpired = (ref: PaneRef): boolean => now() >= expiresAt(ref, firstRecord?.arrival ?? 0);
  const refolded = await refoldPanes({ pipeline, interpret, store, range: lost.range, mayHaveExpired }, [
    ...targets.values(),
  ] satisfies Target[]);
  const leftOut = leftOutRecords(pipeline, batch, before, refolded.leftOut, undefined);
  const messages = [...batch.quarantined.flatMap(quarantineMessages), ...leftOut.messages];
  if (messages.length > 0) await quarantine(messages);
  const why = describe(refolded);
  if (why !== '')
    return {
      kind: 'kept',
      detail: `${why}; these panes are as they were, all others are repaired`,
    };
  if (lost.givenUp) await moveLane(store, laneName, before, batch.progress);
  return {
    kind: 'repaired',
    records: batch.lane.records.length,
    panes: refolded.written,
    late: leftOut.late,
    quarantined: batch.quarantined.length + leftOut.full,
    ignored: batch.ignored,
  };
}

async function collect({ range, first, last }: LostRange): Promise<LaneBatch | undefined> {
  const records: StreamRecord[] = [];
  let lane: LaneBatch | undefined;
  for await (const page of readLane(range, first, last)) {
    lane ??= page;
    for (const record of page.records) records.push(record);
  }
  return lane && { ...lane, records };
}

/** Why panes were left as they are; empty if none was. */
function describe({ beyond, tooLarge, expired }: Refolded): string {
  return [
    ...(beyond.length > 0 ? [`the stream no longer has the first records of ${named(beyond)}`] : []),
    ...(tooLarge.length > 0 ? [`an item of DynamoDB has no room for ${named(tooLarge)}`] : []),
    ...(expired.length > 0 ? [`what was stored of ${named(expired)} may have expired`] : []),
  ].join('; ');
}

function named(refs: readonly PaneRef[]): string {
  const shown = refs.slice(0, 3).map(({ aggregate, key, start }) => {
    const at = isTotal(aggregate) ? '' : ` at ${isoTime(start)}`;
    return `${aggregate.name} of ${key || 'all'}${at}`;
  });
  return `${shown.join(', ')}${refs.length > shown.length ? ` and ${refs.length - shown.length} more` : ''}`;
}
