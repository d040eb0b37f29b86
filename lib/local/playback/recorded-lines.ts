import { Readable } from 'node:stream';
import { elementsOf } from '../../decode/elements.ts';
import { decodeText } from '../../decode/json.ts';
import { decodeKinesisEvent } from '../../decode/kinesis-event.ts';
import { unpackLines } from '../../decode/unpack.ts';
import type { Line, Lines } from '../../replay/lines.ts';
import { isBlank, readUnits } from '../../replay/units.ts';
import { PlaybackError } from './errors.ts';

/**
 * What is recorded in a file, one event a line: the formats of `weir replay`. An array of events comes as these, and so do the
 * records of a recorded Lambda event.
 *
 * @throws {InputError} if the file cannot be read
 * @throws {PlaybackError} for standard input, which cannot be read twice
 */
export async function* linesOfFile(path: string): AsyncGenerator<Lines> {
  if (path === '-')
    throw new PlaybackError('standard input cannot be played, as it is read more than once; name a file');
  for await (const { lines } of readUnits(path, Readable.from([]))) yield takenApart(lines);
}

/** Lines in memory, in pieces: a playback looks at its own changes between them. */
// eslint-disable-next-line @typescript-eslint/require-await -- lines are read asynchronously
export async function* linesInMemory(lines: Lines): AsyncGenerator<Lines> {
  yield takenApart(lines);
}

function takenApart(lines: Lines): Lines {
  const isPlain = lines.every((line) => !isBlank(line) && !mayHoldSeveral(line));
  return isPlain ? lines : lines.filter((line) => !isBlank(line)).flatMap(eventsOf);
}

function mayHoldSeveral(line: Line): line is string {
  return typeof line === 'string' && (/^\s*\[/.test(line) || line.includes('"Records"'));
}

function eventsOf(line: Line): Line[] {
  if (!mayHoldSeveral(line)) return [line];
  const decoded = decodeText(line);
  if ('reason' in decoded) return [line];
  const { value } = decoded;
  if (Array.isArray(value) && value.length > 0)
    return elementsOf(Buffer.from(line), value.length).map((element) => element.toString());
  return isLambdaEvent(value) ? recordsOf(value) : [line];
}

function recordsOf(event: unknown): Line[] {
  const { lanes, quarantined } = decodeKinesisEvent(event);
  const records = lanes.flatMap((lane) => lane.records.flatMap((record) => unpackLines(record) ?? [record]));
  const events = records.filter(({ verdict }) => verdict !== 'nothing');
  return [
    ...events.map(({ data }) => Buffer.from(data, 'base64').toString()),
    ...quarantined.map(({ bytes }) => Buffer.from(bytes).toString()),
  ];
}

function isLambdaEvent(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'Records' in value && Array.isArray(value.Records);
}
