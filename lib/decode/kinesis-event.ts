import type { Quarantined, Rejection } from '../quarantine/rejection.ts';
import type { LaneBatch, StreamRecord } from './record.ts';
import { isPlain, unpack } from './unpack.ts';

/** A Lambda event taken apart: the records by lane, and what was not a Kinesis record. */
export interface DecodedEvent {
  readonly lanes: readonly LaneBatch[];
  readonly quarantined: readonly Quarantined[];
}

interface OpenLane extends LaneBatch {
  readonly shard: string;
  readonly records: StreamRecord[];
}

// What Lambda sends; all of it is checked before it is used, as anybody may invoke a function with anything.
// https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
interface LooseRecord {
  readonly eventSource?: unknown;
  readonly eventSourceARN?: unknown;
  readonly eventID?: unknown;
  readonly kinesis?: {
    readonly data?: unknown;
    readonly sequenceNumber?: unknown;
    readonly approximateArrivalTimestamp?: unknown;
  };
}

/**
 * Takes a Lambda event of a Kinesis event source mapping apart. Never throws: whatever is not a Kinesis record comes
 * back for quarantine, and the records beside it go on. A Kinesis record that holds several events comes as these; only
 * newline-delimited ones, which are known by their not being JSON, are left to whoever decodes it.
 */
export function decodeKinesisEvent(event: unknown): DecodedEvent {
  const records = recordsOf(event);
  if (!Array.isArray(records)) {
    return setAside(event, {
      reason: 'unknown-source',
      detail: 'the event has no Records; this function reads a Kinesis stream',
    });
  }
  if (records.length === 0)
    return setAside(event, { reason: 'empty-event', detail: 'the event has no record in it' });

  const lanes: OpenLane[] = [];
  const quarantined: Quarantined[] = [];
  for (const record of records as unknown[]) {
    const rejection = sortIn(lanes, record);
    if (rejection !== undefined) quarantined.push(...setAside(record, rejection).quarantined);
  }
  return { lanes, quarantined };
}

function recordsOf(event: unknown): unknown {
  return typeof event === 'object' && event !== null && 'Records' in event ? event.Records : undefined;
}

function sortIn(lanes: OpenLane[], record: unknown): Rejection | undefined {
  const { eventSource, eventSourceARN, eventID, kinesis } = (record ?? {}) as LooseRecord;
  if (eventSource !== 'aws:kinesis') {
    return {
      reason: 'unknown-source',
      detail: `the record comes from ${shown(eventSource)}, not from aws:kinesis`,
    };
  }
  const { data, sequenceNumber, approximateArrivalTimestamp: arrival } = kinesis ?? {};
  if (typeof data !== 'string' || typeof sequenceNumber !== 'string' || !/^\d+$/.test(sequenceNumber)) {
    return {
      reason: 'not-a-record',
      detail: 'the record lacks kinesis.data or a decimal kinesis.sequenceNumber',
    };
  }
  const cut = typeof eventID === 'string' ? eventID.lastIndexOf(':') : -1;
  if (typeof eventID !== 'string' || cut < 1 || typeof eventSourceARN !== 'string') {
    return {
      reason: 'not-a-record',
      detail: 'the record lacks eventSourceARN or an eventID of shard:sequence',
    };
  }
  const { records } = laneOf(lanes, eventSourceARN, eventID, cut);
  push(records, sequenceNumber, typeof arrival === 'number' ? Math.round(arrival * 1000) : undefined, data);
  return undefined;
}

function push(records: StreamRecord[], sequence: string, arrival: number | undefined, data: string): void {
  const record = { sequence, arrival, data };
  if (isPlain(data)) records.push(record);
  else for (const unpacked of unpack(record)) records.push(unpacked);
}

// A mapping's batch comes from one shard, so that the first lane is nearly always the one.
function laneOf(lanes: OpenLane[], source: string, eventID: string, cut: number): OpenLane {
  for (const lane of lanes) {
    if (lane.source === source && lane.shard.length === cut && eventID.startsWith(lane.shard)) return lane;
  }
  const shard = eventID.slice(0, cut);
  const lane = { lane: `${streamNameIn(source)}/${shard}`, source, shard, records: [] };
  lanes.push(lane);
  return lane;
}

/** A stream's name; not a consumer's, or the marks would be lost with the consumer. */
function streamNameIn(arn: string): string {
  const [stream = arn] = arn.split('/consumer/');
  return stream.slice(stream.lastIndexOf('/') + 1);
}

function setAside(part: unknown, rejection: Rejection): DecodedEvent {
  const origin = { source: sourceOf(part) };
  return {
    lanes: [],
    quarantined: [{ ...rejection, origin, bytes: Buffer.from(shown(part)) }],
  };
}

function sourceOf(part: unknown): string {
  const arn = (part as LooseRecord | null | undefined)?.eventSourceARN;
  return typeof arn === 'string' ? arn : 'invocation';
}

function shown(value: unknown): string {
  return value === undefined ? 'undefined' : JSON.stringify(value);
}
