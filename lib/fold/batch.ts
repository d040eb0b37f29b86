import { Base64Json } from '../decode/base64-json.ts';
import type { LaneBatch, StreamRecord } from '../decode/record.ts';
import type { Aggregate, Pipeline } from '../pipeline/pipeline.ts';
import type { Origin, Quarantined, Rejection } from '../quarantine/rejection.ts';
import { Fold, type Accept } from './fold.ts';
import { createInterpreter, isRejection, type Interpreter } from './interpret.ts';
import type { LaneProgress } from './lane.ts';
import { PaneMap } from './pane-map.ts';
import type { Pane } from './pane.ts';
import { compareSequence, recordSequence, subSequence } from './sequence.ts';

/** An event that came after its panes were closed. */
export interface Late {
  readonly origin: Origin;
  readonly bytes: Uint8Array;
  /** Names of the aggregates that it is missing from. */
  readonly aggregates: readonly string[];
  /** The lane's watermark before the event, in ms. */
  readonly watermark: number;
}

/** What one batch of a lane adds, before anything is stored. */
export interface BatchFold {
  readonly lane: LaneBatch;
  /** In the order of their first records. */
  readonly panes: readonly Pane[];
  readonly quarantined: readonly Quarantined[];
  readonly late: readonly Late[];
  /** The lane after this batch; `undefined` if nothing in it was new. */
  readonly progress: LaneProgress | undefined;
  /** Records that are new to the lane. */
  readonly fresh: number;
  /** Records that were dealt with before: a duplicated or retried delivery. */
  readonly repeated: number;
}

/**
 * Folds the records of one lane. Pure but for the accumulators it makes.
 *
 * @param before the lane as it is stored; records at or below its mark are skipped
 */
export function foldBatch(
  pipeline: Pipeline,
  lane: LaneBatch,
  before: LaneProgress | undefined,
  options: { readonly interpret?: Interpreter; readonly accept?: Accept } = {},
): BatchFold {
  const interpret = options.interpret ?? createInterpreter(pipeline);
  const panes: Pane[] = [];
  const fold = new Fold(pipeline, before?.maxEventTime ?? -Infinity, {
    accept: options.accept,
    panes: pipeline.aggregates.map((aggregate) => new PaneMap(aggregate, (pane) => panes.push(pane))),
  });
  const json = new Base64Json();
  const quarantined: Quarantined[] = [];
  const late: Late[] = [];
  let mark = before?.mark;
  let fresh = 0;
  for (const record of lane.records) {
    if (mark !== undefined && compareSequence(record.sequence, mark) <= 0) continue;
    mark = record.sequence;
    fresh++;
    const watermark = fold.watermark;
    const verdict = foldRecord(fold, interpret, record, json);
    if (verdict === undefined) continue;
    const bytes = Buffer.from(record.data, 'base64');
    const origin = originOf(lane, record);
    if (Array.isArray(verdict)) {
      late.push({ origin, bytes, aggregates: verdict.map((aggregate) => aggregate.name), watermark });
    } else {
      quarantined.push({ ...verdict, origin, bytes });
    }
  }
  return {
    lane,
    panes,
    quarantined,
    late,
    progress: fresh === 0 || mark === undefined ? undefined : { mark, maxEventTime: fold.maxEventTime },
    fresh,
    repeated: lane.records.length - fresh,
  };
}

function foldRecord(
  fold: Fold,
  interpret: Interpreter,
  record: StreamRecord,
  json: Base64Json,
): Aggregate[] | Rejection | undefined {
  const decoded = json.decode(record.data);
  if ('reason' in decoded) return decoded;
  const event = interpret(decoded.value, record.arrival);
  return isRejection(event) ? event : fold.add(event, record.sequence);
}

function originOf(lane: LaneBatch, record: StreamRecord): Origin {
  const place = subSequence(record.sequence);
  return {
    source: lane.source,
    ...(lane.shard === undefined ? {} : { shard: lane.shard }),
    sequence: recordSequence(record.sequence),
    ...(place === undefined ? {} : { subSequence: place }),
  };
}
