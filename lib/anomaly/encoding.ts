import { ENCODING_VERSION, Reader, writeVarint } from '../measures/encoding.ts';
import type { Gauge } from './gauge.ts';
import type { Model } from './model.ts';
import { emptyProfile, type Profile } from './profile.ts';
import { emptySeasonal, PERIODS, type AnomalyState, type SeasonName } from './state.ts';

const KIND = 'anomaly state';
const NAMES = Object.keys(PERIODS) as SeasonName[];
// Above all of an encoding: three models, the means of 24 + 168 hours and their counts.
const MOST_BYTES = 2_400;

/**
 * The version, the seasons as bits, the state's own numbers and the models. Of a profile, the counts of all hours, and the
 * means of those that have one.
 */
export function encodeState(state: AnomalyState): Buffer {
  const writer = new Writer(Buffer.allocUnsafe(MOST_BYTES));
  const present = NAMES.filter((name) => state.seasons[name] !== undefined);
  writer.varint(present.reduce((bits, name) => bits + 2 ** NAMES.indexOf(name), 0));
  writer.varint(state.count);
  for (const number of [state.since, state.origin, state.told]) writer.float64(number);
  writeModel(writer, state.flat);
  for (const { profile, model } of present.flatMap((name) => state.seasons[name] ?? [])) {
    for (const count of profile.counts) writer.varint(count);
    profile.means.forEach((mean, hour) => {
      if (profile.counts[hour] !== 0) writer.float64(mean);
    });
    writeModel(writer, model);
  }
  return writer.written();
}

/**
 * Reads what `encodeState` wrote. A season that is not in it begins anew, and one that is not asked for is left out: they
 * are another setting's.
 *
 * @throws {EncodingError} on anything else
 */
export function decodeState(bytes: Uint8Array, seasons: readonly SeasonName[]): AnomalyState {
  const reader = new Reader(KIND, bytes);
  const bits = reader.varint();
  if (bits >= 2 ** NAMES.length) throw reader.broken('holds an unknown season');
  const count = reader.varint();
  const [since, origin, told] = [number(reader), number(reader), number(reader)];
  const flat = readModel(reader);
  const present = NAMES.filter((name) => Math.floor(bits / 2 ** NAMES.indexOf(name)) % 2 === 1);
  const read = new Map(
    present.map((name) => {
      const profile = readProfile(reader, PERIODS[name]);
      return [name, { profile, model: readModel(reader) }];
    }),
  );
  reader.end();
  const chosen = seasons.map((name) => [name, read.get(name) ?? emptySeasonal(name)]);
  return { count, since, origin, told, flat, seasons: Object.fromEntries(chosen) as AnomalyState['seasons'] };
}

class Writer {
  readonly #bytes: Buffer;
  #at = 1;

  constructor(bytes: Buffer) {
    bytes[0] = ENCODING_VERSION;
    this.#bytes = bytes;
  }

  varint(value: number): void {
    this.#at = writeVarint(this.#bytes, this.#at, value);
  }

  float64(value: number): void {
    this.#at = this.#bytes.writeDoubleLE(value, this.#at);
  }

  written(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }
}

function writeModel(writer: Writer, { each, recent, average }: Model): void {
  for (const { level, tail } of [each, recent]) {
    for (const count of [level.count, tail.count]) writer.varint(count);
    for (const value of [level.mean, level.scale, level.side, tail.threshold, tail.excess])
      writer.float64(value);
  }
  writer.float64(average);
}

function readModel(reader: Reader): Model {
  return { each: readGauge(reader), recent: readGauge(reader), average: number(reader) };
}

function readGauge(reader: Reader): Gauge {
  const [ofLevel, ofTail] = [reader.varint(), reader.varint()];
  return {
    level: { count: ofLevel, mean: number(reader), scale: number(reader), side: number(reader) },
    tail: { count: ofTail, threshold: number(reader), excess: number(reader) },
  };
}

function readProfile(reader: Reader, period: number): Profile {
  const profile = emptyProfile(period);
  for (let hour = 0; hour < profile.counts.length; hour++) profile.counts[hour] = readCount(reader);
  profile.counts.forEach((count, hour) => {
    if (count !== 0) profile.means[hour] = number(reader);
  });
  return profile;
}

function readCount(reader: Reader): number {
  const count = reader.varint();
  if (count > 255) throw reader.broken('holds an hour of more than 255 values');
  return count;
}

function number(reader: Reader): number {
  const value = reader.float64();
  if (!Number.isFinite(value)) throw reader.broken('holds a number that is not finite');
  return value;
}
