import { gunzipSync } from 'node:zlib';
import type { Rejection } from '../quarantine/rejection.ts';

/**
 * How much all that is unpacked of one Kinesis record may hold, in bytes. Ten bytes can unpack to ten thousand; what is
 * above this is refused before there is memory for it.
 */
export const MOST_UNPACKED_BYTES = 16 * 1024 * 1024;

/**
 * Tells gzip by its first two bytes, with which no JSON begins: https://www.rfc-editor.org/rfc/rfc1952#page-6
 *
 * @example isGzip(Buffer.of(0x1f, 0x8b, 0x08)) // true
 */
export function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Unpacks gzip, of one member or several. Never throws, and never holds much more than it may give.
 *
 * @param most bytes that it may unpack to
 */
export function unzip(bytes: Buffer, most: number): Buffer | Rejection {
  try {
    // zlib takes no limit of 0.
    const unpacked = gunzipSync(bytes, { maxOutputLength: most + 1 });
    return unpacked.length > most ? tooLarge() : unpacked;
  } catch (error) {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') return tooLarge();
    return {
      reason: 'bad-gzip',
      detail: `begins like gzip, and cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

function tooLarge(): Rejection {
  return {
    reason: 'too-large',
    detail: `the gzip of one record may unpack to ${MOST_UNPACKED_BYTES} bytes in all, and this is more; put fewer events into a record`,
  };
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
