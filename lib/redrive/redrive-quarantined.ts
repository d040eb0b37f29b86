import { decodeJson } from '../decode/json.ts';
import type { LaneBatch, StreamRecord } from '../decode/record.ts';
import { streamName } from '../decode/stream-name.ts';
import { unpackLines } from '../decode/unpack.ts';
import { bytesOf } from '../fold/batch.ts';
import { isRejection, type Interpreter } from '../fold/interpret.ts';
import { compareSequence, userSequence } from '../fold/sequence.ts';
import type { QuarantineMessage } from '../quarantine/message.ts';
import type { Origin, Rejection } from '../quarantine/rejection.ts';
import { keepForeign } from './foreign-stream.ts';
import { readLane } from './lane-range.ts';
import { kept, repaired, type Outcome } from './outcome.ts';
import { redriveRange, type RedriveContext } from './redrive-batch.ts';
import { describeRedriven } from './describe-redriven.ts';
import { RetentionError, type ShardRange } from './shard-range.ts';

/** What it takes to take quarantined records up again. */
export interface QuarantinedContext extends RedriveContext {
  /** The stage's event streams: their ARNs, or their names if no more is known. */
  readonly eventStreams: readonly string[];
  /** Opens a shard for being read back. */
  readonly open: (streamArn: string, shardId: string) => ShardRange;
}

// What no change of pipeline.ts can make a record that counts.
const REMEDIES: Readonly<Record<string, string>> = {
  'not-a-record':
    'it is no record of the event stream: find out what invoked the function, then discard the message',
  'unknown-source':
    'it is no record of the event stream: find out what invoked the function, then discard the message',
  'empty-event': 'there is no record in it: find out what invoked the function, then discard the message',
  'pane-too-large':
    'its pane stays closed to it: take shorter panes, more dimensions or measures of bounded size for those to come, then discard the message',
};

/**
 * Folds a record that was quarantined into its panes, if the present pipeline takes it. What is folded are the bytes in
 * the stream, which are whole where a message holds a part of them.
 *
 * A record whose batch is still on its way must wait: its panes' marks would move past records that are to come.
 *
 * @throws what the stores, the stream and the queue reject with; it may be done again then
 */
export async function redriveQuarantined(
  context: QuarantinedContext,
  message: Pick<QuarantineMessage, 'kind' | 'reason' | 'origin'>,
): Promise<Outcome> {
  const { kind, reason, origin } = message;
  if (kind === 'late') return kept('late by policy: allowedLateness decides; replay it if it has to count');
  const remedy = REMEDIES[reason];
  if (remedy !== undefined) return kept(remedy);
  const { source, shard, sequence, window } = origin;
  if (window !== undefined)
    return kept(
      'it is a window of an aggregate, which is tried again when one of its panes changes; mend the function that refused it for those to come, then discard the message',
    );
  if (shard === undefined || sequence === undefined || !source.includes(':kinesis:'))
    return kept('the message names no record of a Kinesis stream');
  const foreign = keepForeign(context.eventStreams, source);
  if (foreign !== undefined) return foreign;

  const range = context.open(source, shard);
  let lane: LaneBatch | undefined;
  try {
    lane = await firstLane(range, sequence);
  } catch (error) {
    if (!(error instanceof RetentionError)) throw error;
    return kept(`${error.message}; if it has to count, put its data to the stream again as a new record`);
  }
  const records = lane?.records.flatMap((record) => unpackLines(record) ?? [record]) ?? [];
  const named = records.filter((record) => isOf(record, origin));
  const last = records.at(-1);
  if (lane === undefined || last === undefined || named.length === 0)
    return kept('the stream has no such user record in the record');
  const progress = await context.store.readLane(lane.lane);
  if (progress === undefined || compareSequence(progress.mark, last.sequence) < 0)
    return kept('its batch is still on its way; it can be redriven once the batch is through');
  for (const record of named) {
    const refused = refusal(context.interpret, record, streamName(source));
    if (refused !== undefined) return kept(`still refused: ${refused.reason}: ${refused.detail}`);
  }

  const redriven = await redriveRange(
    {
      ...context,
      quarantine: (messages) => context.quarantine(messages.filter((one) => isSame(one, origin))),
    },
    { range, first: sequence, last: sequence, givenUp: false },
  );
  return redriven.kind === 'kept' ? kept(redriven.detail) : repaired(describeRedriven(redriven));
}

async function firstLane(range: ShardRange, sequence: string): Promise<LaneBatch | undefined> {
  for await (const lane of readLane(range, sequence, sequence)) return lane;
  return undefined;
}

// A record that was quarantined as a whole may be taken apart today.
function isOf({ sequence }: StreamRecord, { sequence: whole = '', subSequence }: Origin): boolean {
  return subSequence === undefined || sequence === userSequence(whole, subSequence);
}

// The other user records of its Kinesis record were told of when their batch came.
function isSame({ origin }: QuarantineMessage, { subSequence }: Origin): boolean {
  return subSequence === undefined || origin.subSequence === subSequence;
}

function refusal(
  interpret: Interpreter,
  record: StreamRecord,
  stream: string | undefined,
): Rejection | undefined {
  const { verdict } = record;
  if (verdict !== undefined) return verdict === 'nothing' ? undefined : verdict;
  const decoded = decodeJson(bytesOf(record));
  if ('reason' in decoded) return decoded;
  const event = interpret(decoded.value, record.arrival, stream);
  return isRejection(event) ? event : undefined;
}
