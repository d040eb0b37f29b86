import type { ChangeStream, StreamShard } from './change-stream.ts';
import { resourceNotFound, trimmedDataAccess, unknownOperation, validationError } from './errors.ts';
import { decodeIterator, encodeIterator } from './shard-iterator.ts';
import { positionOf, sequenceNumberAt, type ShardLog } from './shard-log.ts';
import type { StreamRegistry } from './stream-registry.ts';

/** The parameters of all four operations of the DynamoDB Streams API. */
export interface StreamsInput {
  readonly TableName?: string;
  readonly StreamArn?: string;
  readonly ShardId?: string;
  readonly ShardIteratorType?: string;
  readonly SequenceNumber?: string;
  readonly ShardIterator?: string;
  readonly ExclusiveStartStreamArn?: string;
  readonly ExclusiveStartShardId?: string;
  readonly Limit?: number;
}

/** AWS, GetRecords: at most 1,000 records and 1 MB a call. */
const MAX_RECORDS = 1_000;
const MAX_BYTES = 1_048_576;
const MAX_LISTED = 100;

/**
 * Answers one operation of the DynamoDB Streams API (2012-08-10).
 * @returns the answer as JSON text
 * @throws {ApiError} ValidationException, ResourceNotFoundException, TrimmedDataAccessException, ExpiredIteratorException
 */
export function streamsApi(
  operation: string,
  input: StreamsInput,
  registry: StreamRegistry,
  nowMs: number,
): string {
  switch (operation) {
    case 'ListStreams':
      return JSON.stringify(listStreams(input, registry));
    case 'DescribeStream':
      return JSON.stringify({ StreamDescription: describeStream(input, registry, nowMs) });
    case 'GetShardIterator':
      return JSON.stringify({ ShardIterator: shardIterator(input, registry, nowMs) });
    case 'GetRecords':
      return getRecords(input, registry, nowMs);
    default:
      throw unknownOperation(`DynamoDB Streams has no operation ${operation}`);
  }
}

function listStreams(input: StreamsInput, registry: StreamRegistry): object {
  const streams = registry
    .all()
    .filter((stream) => !input.TableName || stream.options.tableName === input.TableName);
  const start = input.ExclusiveStartStreamArn;
  const { page, last } = pageOf(streams, (stream) => stream.arn === start, start, input.Limit);
  return {
    Streams: page.map((stream) => ({
      StreamArn: stream.arn,
      StreamLabel: stream.label,
      TableName: stream.options.tableName,
    })),
    ...(last && { LastEvaluatedStreamArn: last.arn }),
  };
}

function describeStream(input: StreamsInput, registry: StreamRegistry, nowMs: number): object {
  const stream = streamOf(input.StreamArn, registry);
  const start = input.ExclusiveStartShardId;
  const shards = stream.shards(nowMs);
  const { page, last } = pageOf(shards, (shard) => shard.shardId === start, start, input.Limit);
  return {
    StreamArn: stream.arn,
    StreamLabel: stream.label,
    StreamStatus: stream.open ? 'ENABLED' : 'DISABLED',
    StreamViewType: stream.options.viewType,
    CreationRequestDateTime: stream.options.createdMs / 1_000,
    TableName: stream.options.tableName,
    KeySchema: stream.options.keySchema,
    Shards: page.map((shard) => describeShard(shard, stream.open, nowMs)),
    ...(last && { LastEvaluatedShardId: last.shardId }),
  };
}

function describeShard(shard: StreamShard, streamIsOpen: boolean, nowMs: number): object {
  const { shardId, parentShardId, log, closedMs } = shard;
  log.trim(nowMs);
  const takesMore = streamIsOpen && closedMs === undefined;
  return {
    ShardId: shardId,
    ...(parentShardId && { ParentShardId: parentShardId }),
    SequenceNumberRange: {
      StartingSequenceNumber: sequenceNumberAt(log.first),
      ...(!takesMore && { EndingSequenceNumber: sequenceNumberAt(Math.max(log.first, log.next - 1)) }),
    },
  };
}

function shardIterator(input: StreamsInput, registry: StreamRegistry, nowMs: number): string {
  const { arn } = streamOf(input.StreamArn, registry);
  const { shardId, log } = shardOf(input, registry, nowMs);
  log.trim(nowMs);
  if (input.SequenceNumber !== undefined && !input.ShardIteratorType?.endsWith('_SEQUENCE_NUMBER')) {
    throw validationError(
      `SequenceNumber should not be passed for this iterator type, ${input.ShardIteratorType ?? '(missing)'}`,
    );
  }
  const at = (position: number) => encodeIterator({ arn, shardId, position }, nowMs);
  switch (input.ShardIteratorType) {
    case 'TRIM_HORIZON':
      return at(log.first);
    case 'LATEST':
      return at(log.next);
    case 'AT_SEQUENCE_NUMBER':
      return at(keptPosition(input, log));
    case 'AFTER_SEQUENCE_NUMBER':
      return at(keptPosition(input, log) + 1);
    default:
      throw validationError(
        `ShardIteratorType is ${input.ShardIteratorType ?? 'missing'}: it must be one of ` +
          'TRIM_HORIZON, LATEST, AT_SEQUENCE_NUMBER, AFTER_SEQUENCE_NUMBER',
      );
  }
}

function getRecords(input: StreamsInput, registry: StreamRegistry, nowMs: number): string {
  if (!input.ShardIterator) throw validationError('ShardIterator is missing');
  const limit = input.Limit ?? MAX_RECORDS;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_RECORDS) {
    throw validationError(`Limit is ${limit}: it must be from 1 to ${MAX_RECORDS}`);
  }
  const { arn, shardId, position } = decodeIterator(input.ShardIterator, nowMs);
  const stream = streamOf(arn, registry);
  const { log, closedMs } = shardOf({ StreamArn: arn, ShardId: shardId }, registry, nowMs);
  log.trim(nowMs);
  refuseTrimmed(position, log.first);

  const records = log.read(position, limit, MAX_BYTES);
  const next = position + records.length;
  const ended = (!stream.open || closedMs !== undefined) && next >= log.next;
  const members = [`"Records":[${records.map((record) => record.json).join(',')}]`];
  if (!ended) {
    members.push(
      `"NextShardIterator":${JSON.stringify(encodeIterator({ arn, shardId, position: next }, nowMs))}`,
    );
  }
  return `{${members.join(',')}}`;
}

function keptPosition(input: StreamsInput, log: ShardLog): number {
  const position = positionOf(input.SequenceNumber ?? '');
  if (position === undefined || position > log.next) {
    throw validationError(
      `Invalid SequenceNumber ${input.SequenceNumber ?? '(missing)'}: ` +
        `${input.ShardIteratorType ?? ''} needs the sequence number of a record of this shard`,
    );
  }
  refuseTrimmed(position, log.first);
  return position;
}

function refuseTrimmed(position: number, first: number): void {
  if (position >= first) return;
  throw trimmedDataAccess(
    `The record at ${sequenceNumberAt(position)} has left the change log, which begins at ${sequenceNumberAt(first)}`,
  );
}

function streamOf(arn: string | undefined, registry: StreamRegistry): ChangeStream {
  const stream = registry.byArn(arn ?? '');
  if (!stream)
    throw resourceNotFound(`Requested resource not found: Stream: ${arn ?? '(missing)'} not found`);
  return stream;
}

function shardOf(input: StreamsInput, registry: StreamRegistry, nowMs: number): StreamShard {
  const stream = streamOf(input.StreamArn, registry);
  const shard = stream.shards(nowMs).find(({ shardId }) => shardId === input.ShardId);
  if (!shard) {
    throw resourceNotFound(`Requested resource not found: Shard: ${input.ShardId ?? '(missing)'} not found`);
  }
  return shard;
}

function pageOf<T>(
  all: readonly T[],
  isStart: (member: T) => boolean,
  start: string | undefined,
  limit = MAX_LISTED,
): { page: readonly T[]; last: T | undefined } {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LISTED) {
    throw validationError(`Limit is ${limit}: it must be from 1 to ${MAX_LISTED}`);
  }
  const from = start === undefined ? 0 : all.findIndex(isStart) + 1;
  const page = all.slice(from, from + limit);
  return { page, last: from + limit < all.length ? page.at(-1) : undefined };
}
