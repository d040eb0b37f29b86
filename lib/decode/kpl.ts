import { createHash } from 'node:crypto';
// The package's entry requires `crypto`, of which an ESM bundle dies ("Dynamic require"); this part requires no built-in.
import { AggregatedRecord } from 'aws-kinesis-agg/lib/common.js';
import { MOST_SUB_SEQUENCES } from '../fold/sequence.ts';

// Magic, protobuf message, MD5 of the message:
// https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md
const MAGIC = 0xf3899ac2;
const MAGIC_BYTES = 4;
const DIGEST_BYTES = 16;
// The magic's first 30 bits in base64. A plain record is known by them, and its data stay text. JSON never begins so.
const MAGIC_PREFIX = '84maw';

/**
 * The user records that the Kinesis Producer Library (KPL) aggregated into one Kinesis record. Never throws: a record
 * that is damaged, or has no user records in it, is one record as it stands, to be quarantined as that.
 *
 * @param data the Kinesis record's data in base64
 * @returns data of each user record, in order; `undefined` if the record is not an aggregated one
 */
export function userRecords(data: string): Buffer[] | undefined {
  if (!data.startsWith(MAGIC_PREFIX)) return undefined;
  const bytes = Buffer.from(data, 'base64');
  if (bytes.length < MAGIC_BYTES + DIGEST_BYTES || bytes.readUInt32BE() !== MAGIC) return undefined;
  const message = bytes.subarray(MAGIC_BYTES, -DIGEST_BYTES);
  const digest = createHash('md5').update(message).digest();
  if (!digest.equals(bytes.subarray(-DIGEST_BYTES))) return undefined;
  return readMessage(message);
}

function readMessage(message: Buffer): Buffer[] | undefined {
  try {
    const { records } = AggregatedRecord.decode(message);
    if (records.length === 0 || records.length > MOST_SUB_SEQUENCES) return undefined;
    return records.map((record) => toBuffer(record.data));
  } catch {
    return undefined;
  }
}

// In a bundle the library finds no Buffer and gives plain Uint8Arrays, whose toString knows no base64.
function toBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
