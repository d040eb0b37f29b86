import { isoTime } from '../time/event-time.ts';
import type { Origin, Quarantined } from './rejection.ts';

/**
 * What stands on the quarantine queue: one record, or one part of a record too big for one message.
 *
 * `id` is the same however often the record is set aside; `data` is base64, and the record's bytes are the parts'
 * data decoded and joined in order.
 */
export interface QuarantineMessage {
  readonly version: 1;
  readonly id: string;
  readonly kind: 'quarantined' | 'late';
  readonly reason: string;
  readonly detail: string;
  readonly origin: Origin;
  /** Size of the whole record in bytes. */
  readonly bytes: number;
  readonly part: number;
  readonly parts: number;
  readonly data: string;
  /** For records that are missing from some aggregates alone: which. */
  readonly aggregates?: readonly string[];
}

/** A record that is in some aggregates and not in others. */
export interface LeftOutRecord {
  readonly origin: Origin;
  readonly bytes: Uint8Array;
  /** Names of the aggregates that it is missing from. */
  readonly aggregates: readonly string[];
}

// SQS takes 256 KiB in all messages of one request together, base64 adds a third, and the rest of the message some
// hundred bytes. (Since August 2025 a queue may take 1 MiB; one that was made before takes this.)
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
const PART_BYTES = 180 * 1024;
// Schemas and authors' errors may quote the record; a message must fit whatever they say.
const MOST_DETAIL = 1_000;

/** The messages of a record that can never succeed. */
export function quarantineMessages(record: Quarantined): QuarantineMessage[] {
  return split(record.bytes, {
    kind: 'quarantined',
    reason: record.reason,
    detail: record.detail,
    origin: record.origin,
  });
}

/** The messages of a record that came too late for some aggregates. @param watermark the lane's before it, in ms */
export function lateMessages(record: LeftOutRecord, watermark: number): QuarantineMessage[] {
  const where = record.aggregates.join(', ');
  return split(record.bytes, {
    kind: 'late',
    reason: 'late',
    detail: `its panes of ${where} were closed: ${stoodAt(watermark)}`,
    origin: record.origin,
    aggregates: record.aggregates,
  });
}

// A lane may have had no event by itself, when what closed its panes was a record that was given up.
function stoodAt(watermark: number): string {
  return Number.isFinite(watermark)
    ? `the watermark stood at ${isoTime(watermark)}`
    : 'a record before it had closed them';
}

/** The messages of a record for which the items of some aggregates' panes have no room. */
export function fullMessages(record: LeftOutRecord): QuarantineMessage[] {
  return split(record.bytes, {
    kind: 'quarantined',
    reason: 'pane-too-large',
    detail: `its panes of ${record.aggregates.join(', ')} would grow over DynamoDB's 400 KB an item; take shorter panes, more dimensions or measures of bounded size`,
    origin: record.origin,
    aggregates: record.aggregates,
  });
}

type Head = Pick<QuarantineMessage, 'kind' | 'reason' | 'detail' | 'origin' | 'aggregates'>;

function split(bytes: Uint8Array, head: Head): QuarantineMessage[] {
  const parts = Math.max(1, Math.ceil(bytes.length / PART_BYTES));
  const { detail } = head;
  return Array.from({ length: parts }, (_, part) => ({
    version: 1,
    id: originId(head.origin),
    ...head,
    detail: detail.length > MOST_DETAIL ? `${detail.slice(0, MOST_DETAIL)}…` : detail,
    bytes: bytes.length,
    part: part + 1,
    parts,
    data: Buffer.from(bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES)).toString('base64'),
  }));
}

function originId({ source, shard, sequence, subSequence, line, key, window, refusedBy }: Origin): string {
  return [source, shard, sequence, subSequence, line, key, window, refusedBy]
    .filter((part) => part !== undefined)
    .join(':');
}
