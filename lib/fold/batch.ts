import { Base64Json } from '../decode/base64-json.ts';
import type { LaneBatch, StreamRecord } from '../decode/record.ts';
import { streamName } from '../decode/stream-name.ts';
import { unpackLines } from '../decode/unpack.ts';
import type { Aggregate, Pipeline } from '../pipeline/pipeline.ts';
import type { Origin, Quarantined, Rejection } from '../quarantine/rejection.ts';
import { Fold, type Accept } from './fold.ts';
import { createInterpreter, isRejection, type Interpreter } from './interpret.ts';
import type { LaneProgress } from './lane.ts';
import { PaneMap } from './pane-map.ts';
import type { Pane } from './pane.ts';
import { compareSequence, recordSequence, subSequence } from './sequence.ts';

/** A record that came after panes of it were closed, by the lane's watermark as it stood before the record. */
export interface Late {
  readonly record: StreamRecord;
  /** In ms. */
  readonly watermark: number;
}

/** What one batch of a lane adds, before anything is stored. */
export interface BatchFold {
  /** The lane as it was folded: a record that turned out to be lines of events is these. */
  readonly lane: LaneBatch;
  /** In the order of their first records; those that all records came too late for are among them, without records. */
  readonly panes: readonly Pane[];
  readonly quarantined: readonly Quarantined[];
  /** What is late by the lane's watermark. What is late in the end is for each pane's item to say. */
  readonly late: readonly Late[];
  /** The lane after this batch; `undefined` if nothing in it was new. */
  readonly progress: LaneProgress | undefined;
  /** Records that are new to the lane. */
  readonly fresh: number;
  /** Records that were dealt with before: a duplicated or retried delivery. */
  readonly repeated: number;
  /** Records that the pipeline has no source for, and passes over. */
  readonly ignored: number;
}

/**
 * Folds the records of one lane. Pure but for the accumulators it makes.
 *
 * @param before the lane as it is stored; records at or below its mark are skipped
 * @param options `accept` leaves records out of panes; `lenient` takes nothing for late
 */
export function foldBatch(
  pipeline: Pipeline,
  lane: LaneBatch,
  before: LaneProgress | undefined,
  options: { readonly interpret?: Interpreter; readonly accept?: Accept; readonly lenient?: boolean } = {},
): BatchFold {
  const interpret = options.interpret ?? createInterpreter(pipeline);
  const panes: Pane[] = [];
  const maps = pipeline.aggregates.map((aggregate) => new PaneMap(aggregate, (pane) => panes.push(pane)));
  const fold = new Fold(pipeline, before?.maxEventTime ?? -Infinity, {
    accept: options.accept,
    lenient: options.lenient,
    onLate: ({ index }, key, start, sequence) => {
      const pane = maps[index]?.at(key, start, sequence);
      if (pane !== undefined) (pane.late ??= []).push(sequence);
    },
    panes: maps,
  });
  const json = new Base64Json();
  const quarantined: Quarantined[] = [];
  const late: Late[] = [];
  const apart = new Map<StreamRecord, readonly StreamRecord[]>();
  let mark = before?.mark;
  let fresh = 0;
  let ignored = 0;
  let empty = 0;
  const stream = streamName(lane.source);

  /** Deals with one record; gives its lines if it has to be taken apart instead. */
  function take(record: StreamRecord): readonly StreamRecord[] | undefined {
    if (mark !== undefined && compareSequence(record.sequence, mark) <= 0)
      return isWithin(record, mark) ? unpackLines(record) : undefined;
    const watermark = fold.watermark;
    const verdict = foldRecord(fold, interpret, record, json, stream);
    const isRefused = typeof verdict === 'object' && !Array.isArray(verdict);
    const lines = isRefused && verdict.reason === 'not-json' ? unpackLines(record) : undefined;
    if (lines !== undefined) return lines;
    mark = record.sequence;
    fresh++;
    if (isRefused) quarantined.push({ ...verdict, origin: originOf(lane, record), bytes: bytesOf(record) });
    else if (verdict === 'ignored') ignored++;
    else if (verdict === 'nothing') empty++;
    else if (verdict !== undefined) late.push({ record, watermark });
    return undefined;
  }

  for (const record of lane.records) {
    const lines = take(record);
    if (lines === undefined) continue;
    apart.set(record, lines);
    for (const line of lines) take(line);
  }
  const records = apart.size === 0 ? lane.records : lane.records.flatMap((one) => apart.get(one) ?? one);
  return {
    lane: records === lane.records ? lane : { ...lane, records },
    panes,
    quarantined,
    late,
    progress:
      fresh === 0 || mark === undefined
        ? undefined
        : {
            mark,
            maxEventTime: fold.maxEventTime,
            ...(ignored + empty === fresh ? { isIdle: true as const } : {}),
          },
    fresh,
    repeated: records.length - fresh,
    ignored,
  };
}

/** Whether a lane stands in the middle of a record, whose lines have been dealt with in part. */
function isWithin({ sequence }: StreamRecord, mark: string): boolean {
  return mark !== sequence && recordSequence(mark) === sequence;
}

function foldRecord(
  fold: Fold,
  interpret: Interpreter,
  record: StreamRecord,
  json: Base64Json,
  stream: string | undefined,
): Aggregate[] | Rejection | 'ignored' | 'nothing' | undefined {
  const { verdict } = record;
  if (verdict !== undefined) return verdict;
  const decoded = json.decode(record.data);
  if ('reason' in decoded) return decoded;
  const event = interpret(decoded.value, record.arrival, stream);
  return event === 'ignored' || isRejection(event) ? event : fold.add(event, record.sequence);
}

/** The record's own bytes. */
export function bytesOf(record: StreamRecord): Buffer {
  return Buffer.from(record.data, 'base64');
}

/** Where a record of a lane came from. */
export function originOf(lane: Pick<LaneBatch, 'source' | 'shard'>, record: StreamRecord): Origin {
  const place = subSequence(record.sequence);
  return {
    source: lane.source,
    ...(lane.shard === undefined ? {} : { shard: lane.shard }),
    sequence: recordSequence(record.sequence),
    ...(place === undefined ? {} : { subSequence: place }),
  };
}
