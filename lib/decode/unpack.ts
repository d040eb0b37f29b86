import { subSequence, userSequence } from '../fold/sequence.ts';
import type { Rejection } from '../quarantine/rejection.ts';
import { userRecords } from './kpl.ts';
import type { StreamRecord } from './record.ts';
import { MOST_EVENTS, Units, type Unit } from './units.ts';

// The first six bits of `{` in base64. Nothing else that JSON begins with has them, nor have gzip and the KPL's magic.
const BRACE = 'e'.charCodeAt(0);

/**
 * Tells a record by its first character that is one event, or lines of them, which {@link unpackLines} finds once it turns
 * out not to be one JSON value. Nearly all records are that, and none of these may cost more than this comparison.
 *
 * @param data in base64
 */
export function isPlain(data: string): boolean {
  return data.charCodeAt(0) === BRACE;
}

/**
 * The events that a Kinesis record holds, numbered in their order: docs/records.md. Never throws, and depends on the record
 * alone, so that every delivery numbers them the same.
 *
 * @returns the record itself if it is one event, or cannot be taken apart
 */
export function unpack(record: StreamRecord): readonly StreamRecord[] {
  const aggregated = userRecords(record.data);
  const parts = aggregated ?? [Buffer.from(record.data, 'base64')];
  const units = new Units();
  for (const part of parts) units.add(part);
  const [first] = units.all;
  if (aggregated !== undefined || first === undefined || first.bytes !== parts[0])
    return numbered(record, units);
  return [first.verdict === undefined ? record : { ...record, verdict: first.verdict }];
}

/**
 * The events of a plain record that is not one JSON value but newline-delimited ones.
 *
 * @returns `undefined` if it is no such record
 */
export function unpackLines(record: StreamRecord): readonly StreamRecord[] | undefined {
  const { sequence, data, verdict } = record;
  if (!isPlain(data) || verdict !== undefined || subSequence(sequence) !== undefined) return undefined;
  const units = new Units();
  units.add(Buffer.from(data, 'base64'));
  return units.all.length > 1 ? numbered(record, units) : undefined;
}

function numbered(record: StreamRecord, units: Units): readonly StreamRecord[] {
  if (units.isFull) return [{ ...record, verdict: TOO_MANY }];
  return units.all.map((unit, place) => userRecord(record, unit, place));
}

function userRecord(
  { sequence, arrival }: StreamRecord,
  { bytes, verdict }: Unit,
  place: number,
): StreamRecord {
  const record = { sequence: userSequence(sequence, place), arrival, data: bytes.toString('base64') };
  return verdict === undefined ? record : { ...record, verdict };
}

const TOO_MANY: Rejection = {
  reason: 'too-large',
  detail: `a record may hold ${MOST_EVENTS} events, and this one holds more; put fewer into a record`,
};
