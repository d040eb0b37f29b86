import { invalidArgument } from './errors.ts';
import type { Input } from './input.ts';
import { optionalNumber, optionalObject, optionalText, text } from './input.ts';
import type { ShardDescription, StoredStream } from './kinesalite.ts';
import { closedMs, createdMs, isOpen, parentsOf, presentShards } from './shards.ts';

/** @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListShards.html */
const PAGE = 1_000;

interface Token {
  readonly streamName: string;
  /** The last shard of the page before. */
  readonly after: string;
  readonly filter: Input | undefined;
}

/** The stream that a request is about, which its token names if it has one. */
export function listedStream(input: Input, streamName: string | undefined): string {
  const token = optionalText(input, 'NextToken');
  if (token === undefined && streamName === undefined) {
    throw invalidArgument('StreamName, StreamARN and NextToken are missing: one of them is required');
  }
  if (token !== undefined && streamName !== undefined) {
    throw invalidArgument('NextToken names the stream already: leave out StreamName and StreamARN');
  }
  return token === undefined ? (streamName ?? '') : parseToken(token).streamName;
}

/**
 * The shards of a stream, open and closed. A filter leaves out those that were closed by a time, or now; filters of
 * the type AT_TIMESTAMP look at how long a shard has been there too.
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ShardFilter.html
 * @param nowMs since 1970
 * @throws {ApiError} InvalidArgumentException, ValidationException
 */
export function listShards(stream: StoredStream, input: Input, nowMs: number): object {
  const nextToken = optionalText(input, 'NextToken');
  const token = nextToken === undefined ? undefined : parseToken(nextToken);
  const filter = token ? token.filter : optionalObject(input, 'ShardFilter');
  const after = token ? token.after : optionalText(input, 'ExclusiveStartShardId');
  const most = optionalNumber(input, 'MaxResults', { least: 1, most: 10_000 }) ?? PAGE;

  const present = presentShards(stream, nowMs);
  const shards = present
    .filter((shard) => passes(shard, filter, present))
    .filter(({ ShardId }) => after === undefined || ShardId > after);
  const page = shards.slice(0, most);
  const last = page.at(-1);
  if (!last || page.length === shards.length) return { Shards: page };
  const next: Token = { streamName: stream.StreamName, after: last.ShardId, filter };
  return { Shards: page, NextToken: Buffer.from(JSON.stringify(next)).toString('base64') };
}

function passes(
  shard: ShardDescription,
  filter: Input | undefined,
  present: readonly ShardDescription[],
): boolean {
  if (!filter) return true;
  const type = text(filter, 'Type');
  switch (type) {
    case 'AT_LATEST':
      return isOpen(shard);
    case 'AT_TRIM_HORIZON':
      return !present.some(({ ShardId }) => parentsOf(shard).includes(ShardId));
    case 'FROM_TRIM_HORIZON':
      return true;
    case 'AFTER_SHARD_ID':
      return shard.ShardId > text(filter, 'ShardId');
    case 'AT_TIMESTAMP':
      return createdMs(shard) <= momentOf(filter) && closedMs(shard) > momentOf(filter);
    case 'FROM_TIMESTAMP':
      return closedMs(shard) > momentOf(filter);
    default:
      throw invalidArgument(
        `The type of ShardFilter is ${type}: it must be AFTER_SHARD_ID, AT_TRIM_HORIZON, FROM_TRIM_HORIZON, ` +
          'AT_LATEST, AT_TIMESTAMP or FROM_TIMESTAMP',
      );
  }
}

function momentOf(filter: Input): number {
  const seconds = optionalNumber(filter, 'Timestamp', { least: 0, most: Number.MAX_SAFE_INTEGER });
  if (seconds !== undefined) return seconds * 1_000;
  throw invalidArgument(`ShardFilter has no Timestamp: type ${text(filter, 'Type')} needs it`);
}

function parseToken(token: string): Token {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64').toString());
    if (isToken(parsed)) return parsed;
  } catch {
    // Falls through to the one answer for all malformed tokens.
  }
  throw invalidArgument(`NextToken is ${token}: it must be one that ListShards has given`);
}

function isToken(value: unknown): value is Token {
  return typeof value === 'object' && value !== null && 'streamName' in value && 'after' in value;
}
