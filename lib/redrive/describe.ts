import { compareSequence } from '../fold/sequence.ts';
import { readQuarantineMessage } from '../quarantine/read-message.ts';
import type { Origin } from '../quarantine/rejection.ts';
import { readFailedBatch } from './failed-batch.ts';
import { counted } from './outcome.ts';

/** What a message is about, for people. */
export interface Description {
  readonly what: string;
  /** Source, shard and sequence numbers. */
  readonly where: string;
  /** When the records arrived at the stream, ISO 8601; empty if the message does not say. */
  readonly when: string;
  readonly why: string;
}

/** Describes a message of the failure queue. Never throws: a message that is none of weir's is described as that. */
export function describeFailure(body: string): Description {
  try {
    const failed = readFailedBatch(body);
    if ('bucket' in failed) {
      const where = `s3://${failed.bucket}/${failed.key}`;
      return { what: 'a batch that is told of in an object', where, when: '', why: '' };
    }
    const { streamArn, shardId, first, last, records, functionArn, condition, arrived } = failed;
    const by = functionArn.split(':').slice(6).join(':');
    return {
      what: `${records > 0 ? counted(records, 'record') : 'records'} of ${resourceOf(streamArn)}`,
      where: `${shardId} ${rangeOf(first, last)}`,
      when: arrived,
      why: [condition, by].filter((part) => part !== '').join(' by '),
    };
  } catch (error) {
    return unreadable(error);
  }
}

/** Describes a message of the quarantine queue. Never throws: a message that is none of weir's is described as that. */
export function describeQuarantined(body: string): Description {
  try {
    const message = readQuarantineMessage(body);
    const { reason, detail, parts, part, bytes } = message;
    const ofParts = parts > 1 ? `, part ${part} of ${parts}` : '';
    return {
      what: `${reason}, ${bytes} bytes${ofParts}`,
      where: describeOrigin(message.origin),
      when: '',
      why: detail,
    };
  } catch (error) {
    return unreadable(error);
  }
}

function rangeOf(first: string, last: string): string {
  if (first === last) return first;
  return `${first}–${last}${compareSequence(first, last) > 0 ? ', which ends before it begins' : ''}`;
}

/** Where a record came from, for people. */
export function describeOrigin(origin: Origin): string {
  const { source, shard, sequence, subSequence, line, key, window, refusedBy } = origin;
  const parts = [resourceOf(source), shard, sequence, subSequence, line, key, window, refusedBy];
  return parts.filter((part) => part !== undefined).join(' ');
}

function unreadable(error: unknown): Description {
  const why = error instanceof Error ? error.message : String(error);
  return { what: 'unreadable', where: '', when: '', why };
}

/** @example resourceOf('arn:aws:kinesis:us-east-1:000000000000:stream/weir-dev-events') // 'stream/weir-dev-events' */
function resourceOf(arn: string): string {
  return arn.startsWith('arn:') ? arn.split(':').slice(5).join(':') : arn;
}
