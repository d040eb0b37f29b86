import type { Readable } from 'node:stream';
import { elementsOf } from '../decode/elements.ts';
import { decodeJson, decodeText } from '../decode/json.ts';
import { decodeKinesisEvent } from '../decode/kinesis-event.ts';
import type { StreamRecord } from '../decode/record.ts';
import { streamName } from '../decode/stream-name.ts';
import { NO_EVENTS } from '../decode/units.ts';
import { unpackLines } from '../decode/unpack.ts';
import { recordSequence, subSequence } from '../fold/sequence.ts';
import type { Silence } from '../dispatch/silence.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { needsStream, streamsOf } from '../pipeline/streams.ts';
import { lateMessages, quarantineMessages, type QuarantineMessage } from '../quarantine/message.ts';
import type { Origin, Quarantined, Rejection } from '../quarantine/rejection.ts';
import type { WindowShape } from '../time/window.ts';
import { InputError } from './input-error.ts';
import { Replay, type Outcome, type ReplayLane, type ReplaySink } from './replay.ts';
import type { Line } from './lines.ts';
import { parseTogether, TOGETHER } from './parse-together.ts';
import { isBlank, readUnits, unitsOf, type Units } from './units.ts';

/** A recording whose events all came in one stream. */
export interface StreamRecording {
  /** Path of a file, or `-` for standard input. */
  readonly path: string;
  /** The stream's name. */
  readonly stream: string;
}

/** Events that are in no file. They go through JSON, as all do. */
export interface GivenEvents {
  /** What they are called where one of them is set aside. */
  readonly path: string;
  /** The stream's name, if the events do not say it. */
  readonly stream?: string;
  readonly events: readonly unknown[];
}

/** What a replay reads and where its results go. */
export interface RunOptions {
  readonly pipeline: Pipeline;
  /** Paths of recorded files, `-` for standard input; with the stream where neither the file nor the events say it. */
  readonly sources: readonly (string | StreamRecording | GivenEvents)[];
  readonly stdin: Readable;
  /** What panes are merged to, by aggregate name. */
  readonly windows?: ReadonlyMap<string, WindowShape>;
  /** Up to which event time (ms) it goes on in silence after the input's end. */
  readonly until?: number | undefined;
  /** By event time. */
  readonly silences?: readonly Silence[] | undefined;
  readonly sink: Omit<ReplaySink, 'refused'> & { readonly aside: (message: QuarantineMessage) => void };
}

/** How many records were read, and what became of each: `read` is the sum of the others. */
export interface Counts {
  read: number;
  /** In every aggregate. */
  applied: number;
  /** Missing from one aggregate at least, as they came after its allowed lateness. */
  late: number;
  quarantined: number;
  /** Of no source of the pipeline, which passes them over. */
  ignored: number;
  /** Records of a stream that were recorded more than once. */
  repeated: number;
}

interface Source {
  readonly path: string;
  readonly units: AsyncIterator<Units>;
  /** How many lines are read of it in one turn. */
  readonly turn: number;
  /** Lane of its plain events. While it has had none it holds the watermark back, as shards yet unseen may follow. */
  readonly lane: ReplayLane;
  /** Shards of the Lambda events in it. */
  readonly shards: Set<ReplayLane>;
  buffer: Units;
  at: number;
  ended: boolean;
}

// A record of Kinesis: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html
const MOST_RECORD_BYTES = 1024 * 1024;
// Files take turns by so many lines, whatever chunks their bytes come in: what a replay gives depends on its input alone.
const TURN_LINES = 1_000;

/**
 * Replays recorded events through a pipeline. Each source is a lane; of several, the one whose event time is furthest behind
 * is read next, so that days recorded in files of their own and shards recorded side by side both come out right.
 *
 * @throws {InputError} if a source cannot be read, or does not say the stream where the pipeline needs it
 */
export async function runReplay(options: RunOptions): Promise<Counts> {
  const { pipeline, sources, stdin, windows, until, silences, sink } = options;
  const refused = (window: Quarantined): void => {
    for (const message of quarantineMessages(window)) sink.aside(message);
  };
  const replay = new Replay(pipeline, { ...sink, refused }, windows, silences);
  const counts: Counts = { read: 0, applied: 0, late: 0, quarantined: 0, ignored: 0, repeated: 0 };
  const reader = new UnitReader(pipeline, replay, counts, sink.aside);
  const open = sources.map((source) => openSource(source, replay, stdin));
  for (let source = furthestBehind(open); source !== undefined; source = furthestBehind(open)) {
    await takeTurn(source, reader);
    if (source.ended) for (const lane of [source.lane, ...source.shards]) replay.end(lane);
  }
  replay.finish(until);
  return counts;
}

function openSource(source: RunOptions['sources'][number], replay: Replay, stdin: Readable): Source {
  const { path, stream } = typeof source === 'string' ? { path: source, stream: undefined } : source;
  const isGiven = typeof source === 'object' && 'events' in source;
  return {
    path,
    units: isGiven ? unitsOf(source.events) : readUnits(path, stdin),
    // Given ones are few, and come in side by side as they would live.
    turn: isGiven ? 1 : TURN_LINES,
    lane: replay.lane(stream),
    shards: new Set(),
    buffer: { first: 1, lines: [] },
    at: 0,
    ended: false,
  };
}

function furthestBehind(sources: readonly Source[]): Source | undefined {
  let behind: Source | undefined;
  for (const source of sources) {
    if (source.ended) continue;
    if (behind === undefined || source.lane.fold.maxEventTime < behind.lane.fold.maxEventTime)
      behind = source;
  }
  return behind;
}

async function takeTurn(source: Source, reader: UnitReader): Promise<void> {
  for (let taken = 0; taken < source.turn;) {
    if (source.at === source.buffer.lines.length) {
      const next = await source.units.next();
      if (next.done === true) {
        source.ended = true;
        return;
      }
      source.buffer = next.value;
      source.at = 0;
    }
    const until = Math.min(source.buffer.lines.length, source.at + source.turn - taken);
    for (let from = source.at; from < until; from += TOGETHER) {
      readGroup(source, reader, from, Math.min(until, from + TOGETHER));
    }
    taken += until - source.at;
    source.at = until;
  }
}

function readGroup(source: Source, reader: UnitReader, from: number, to: number): void {
  const { first, lines } = source.buffer;
  const values = parseTogether(lines, from, to);
  for (let i = from; i < to; i++) {
    const content = lines[i] ?? '';
    if (values === undefined) reader.read(source, content, first + i);
    else reader.readValue(source, content, first + i, values[i - from]);
  }
}

/** Reads lines: an event each, or a recorded Lambda event with records of streams in it. */
class UnitReader {
  /** The pipeline's streams, if an event can belong to several of them. */
  readonly #choices: readonly string[] | undefined;
  readonly #replay: Replay;
  readonly #counts: Counts;
  readonly #aside: (message: QuarantineMessage) => void;
  readonly #lanes = new Map<string, ReplayLane>();

  constructor(
    { sources }: Pipeline,
    replay: Replay,
    counts: Counts,
    aside: (message: QuarantineMessage) => void,
  ) {
    this.#choices = needsStream(sources) ? streamsOf(sources) : undefined;
    this.#replay = replay;
    this.#counts = counts;
    this.#aside = aside;
  }

  read(source: Source, content: Line, line: number): void {
    if (isBlank(content)) return;
    const decoded = typeof content === 'string' ? decodeText(content) : decodeJson(content);
    if ('value' in decoded) {
      this.readValue(source, content, line, decoded.value);
      return;
    }
    this.#counts.read++;
    this.#setAside(checkSize(content) ?? decoded, { source: source.path, line }, toBytes(content));
  }

  /** Reads a line of which the value is known. */
  readValue(source: Source, content: Line, line: number, value: unknown): void {
    if (isLambdaEvent(value)) {
      this.#readLambdaEvent(source, value, line);
      return;
    }
    if (Array.isArray(value)) this.#readArray(source, content, line, value);
    else this.#readEvent(source, content, line, value, undefined);
  }

  // Of a record's limits, an array in a file has each event's: it is as long as a line may be.
  #readArray(source: Source, content: Line, line: number, values: readonly unknown[]): void {
    const bytes = toBytes(content);
    if (values.length === 0) {
      this.#counts.read++;
      this.#setAside(NO_EVENTS, { source: source.path, line }, bytes);
    }
    for (const [place, element] of elementsOf(bytes, values.length).entries()) {
      this.#readEvent(source, element, line, values[place], place);
    }
  }

  #readEvent(source: Source, content: Line, line: number, value: unknown, place: number | undefined): void {
    if (this.#choices !== undefined && source.lane.stream === undefined)
      throw withoutStream(source.path, this.#choices);
    this.#counts.read++;
    const outcome = checkSize(content) ?? this.#replay.add(source.lane, value, undefined);
    if (outcome === undefined) this.#counts.applied++;
    else if (outcome === 'ignored') this.#counts.ignored++;
    else this.#setAside(outcome, { source: source.path, ...placeIn(place), line }, toBytes(content));
  }

  #readLambdaEvent(source: Source, event: unknown, line: number): void {
    const { lanes, quarantined } = decodeKinesisEvent(event);
    for (const part of quarantined) {
      this.#counts.read++;
      this.#setAside(part, { source: source.path, line }, part.bytes);
    }
    for (const { lane: name, source: stream, shard, records } of lanes) {
      const lane = this.#laneOf(source, name, streamName(stream));
      for (const record of records)
        this.#readRecord(lane, record, (sequence) => originOf(stream, shard, sequence, line));
    }
  }

  #readRecord(lane: ReplayLane, record: StreamRecord, origin: (sequence: string) => Origin): void {
    const bytes = Buffer.from(record.data, 'base64');
    const { verdict } = record;
    if (verdict === 'nothing') return;
    const decoded = verdict ?? decodeJson(bytes);
    const lines = 'reason' in decoded ? unpackLines(record) : undefined;
    if (lines !== undefined) {
      for (const line of lines) this.#readRecord(lane, line, origin);
      return;
    }
    this.#counts.read++;
    if (this.#replay.isRepeated(lane, record.sequence)) {
      this.#counts.repeated++;
      return;
    }
    const outcome = 'reason' in decoded ? decoded : this.#replay.add(lane, decoded.value, record.arrival);
    if (outcome === undefined) this.#counts.applied++;
    else if (outcome === 'ignored') this.#counts.ignored++;
    else this.#setAside(outcome, origin(record.sequence), bytes);
  }

  #laneOf(source: Source, name: string, stream: string | undefined): ReplayLane {
    let lane = this.#lanes.get(name);
    if (lane === undefined) this.#lanes.set(name, (lane = this.#replay.lane(stream)));
    source.shards.add(lane);
    return lane;
  }

  #setAside(outcome: Exclude<Outcome, 'ignored' | undefined>, origin: Origin, bytes: Uint8Array): void {
    let messages: QuarantineMessage[];
    if ('lateFor' in outcome) {
      this.#counts.late++;
      const aggregates = outcome.lateFor.map((aggregate) => aggregate.name);
      messages = lateMessages({ origin, bytes, aggregates }, outcome.watermark);
    } else {
      this.#counts.quarantined++;
      messages = quarantineMessages({ ...outcome, origin, bytes });
    }
    for (const message of messages) this.#aside(message);
  }
}

function withoutStream(path: string, streams: readonly string[]): InputError {
  const choices = streams.map((stream) => `${stream}=${path}`).join(' or ');
  return new InputError(
    path,
    `its events do not say which of the pipeline's streams they came in; write ${choices}`,
  );
}

function originOf(source: string, shard: string | undefined, sequence: string, line: number): Origin {
  return {
    source,
    ...(shard === undefined ? {} : { shard }),
    sequence: recordSequence(sequence),
    ...placeIn(subSequence(sequence)),
    line,
  };
}

function placeIn(place: number | undefined): Pick<Origin, 'subSequence'> {
  return place === undefined ? {} : { subSequence: place };
}

function toBytes(content: Line): Buffer {
  return typeof content === 'string' ? Buffer.from(content) : content;
}

function isLambdaEvent(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'Records' in value && Array.isArray(value.Records);
}

function checkSize(content: string | Buffer): Rejection | undefined {
  // A UTF-16 code unit takes at most 3 bytes of UTF-8.
  if (content.length * 3 <= MOST_RECORD_BYTES) return undefined;
  const bytes = typeof content === 'string' ? Buffer.byteLength(content) : content.length;
  if (bytes <= MOST_RECORD_BYTES) return undefined;
  return {
    reason: 'too-large',
    detail: `the record has ${bytes} bytes or more; a Kinesis record holds ${MOST_RECORD_BYTES}`,
  };
}
