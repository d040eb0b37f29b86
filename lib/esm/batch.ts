import type { StreamRecord } from './sources/source.ts';

/**
 * AWS: a synchronous invocation takes 6 MB of payload.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const MAXIMUM_PAYLOAD_BYTES = 6 * 1_024 * 1_024;

const ENVELOPE_BYTES = '{"Records":[]}'.length;
const COMMA_BYTES = 1;

/** How many of the waiting records make the next batch. */
export interface NextBatch {
  readonly count: number;
  /** Whether no further record could join: it is full by number or by size. */
  readonly full: boolean;
}

/**
 * Measures the next batch: as many of the waiting records as the batch size and the payload limit allow, and at least
 * one of them however large it is.
 */
export function nextBatch(
  waiting: readonly StreamRecord[],
  batchSize: number,
  maximumBytes = MAXIMUM_PAYLOAD_BYTES,
): NextBatch {
  let bytes = ENVELOPE_BYTES;
  for (const [index, record] of waiting.entries()) {
    if (index === batchSize) return { count: index, full: true };
    bytes += record.bytes + (index > 0 ? COMMA_BYTES : 0);
    if (bytes > maximumBytes) return { count: Math.max(1, index), full: true };
  }
  return { count: waiting.length, full: waiting.length === batchSize };
}
