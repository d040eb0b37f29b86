import { expiredIterator, validationError } from './errors.ts';

/** A place in a shard, as a client holds it. */
export interface ShardIterator {
  readonly arn: string;
  readonly shardId: string;
  /** The position of the next record to read. */
  readonly position: number;
}

/** AWS, GetShardIterator: "A shard iterator expires 15 minutes after it is returned". */
const LIFETIME_MS = 15 * 60_000;

/** The iterator as the text that clients pass about. */
export function encodeIterator(iterator: ShardIterator, nowMs: number): string {
  const { arn, shardId, position } = iterator;
  return `${arn}|1|${Buffer.from(JSON.stringify([arn, shardId, position, nowMs])).toString('base64url')}`;
}

/**
 * Reads an iterator that {@link encodeIterator} made.
 * @throws {ApiError} ValidationException, ExpiredIteratorException
 */
export function decodeIterator(text: string, nowMs: number): ShardIterator {
  const [arn, shardId, position, issuedMs] = parse(text);
  if (nowMs - issuedMs > LIFETIME_MS) {
    throw expiredIterator('The shard iterator is older than 15 minutes: ask for a new one.');
  }
  return { arn, shardId, position };
}

function parse(text: string): [string, string, number, number] {
  try {
    const parts = JSON.parse(Buffer.from(text.split('|').at(-1) ?? '', 'base64url').toString()) as unknown;
    if (Array.isArray(parts) && parts.length === 4) return parts as [string, string, number, number];
  } catch {
    // Falls through to the one answer for all malformed iterators.
  }
  throw validationError('Invalid ShardIterator');
}
