/** A batch that Lambda gave up on, as its on-failure message tells of it. Its records are in the stream. */
export interface FailedBatch {
  readonly source: 'kinesis' | 'dynamodb';
  readonly streamArn: string;
  readonly shardId: string;
  /** Sequence numbers of the first and last record. */
  readonly first: string;
  readonly last: string;
  /** How many records it had; 0 if the message does not say. */
  readonly records: number;
  readonly functionArn: string;
  /** `RetryAttemptsExhausted` or `RecordAgeExceeded`. */
  readonly condition: string;
  /** When the first record arrived at the stream, ISO 8601. */
  readonly arrived: string;
}

/** An object in S3 that holds an on-failure message. */
export interface FailedBatchObject {
  readonly bucket: string;
  readonly key: string;
}

/** A message that is no on-failure message. */
export class FailedBatchError extends Error {
  override readonly name = 'FailedBatchError';
}

/**
 * Reads an on-failure message of an event source mapping, in the forms in which it arrives at a queue: as Lambda sends it to
 * SQS; in SNS's envelope, where the destination is a topic; or as the notification of an object, where the destination is a
 * bucket. The object itself is the same message, with the invocation's payload beside it.
 * https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 *
 * @throws {FailedBatchError} if it is none of these
 * @example
 * readFailedBatch(message.Body); // { source: 'kinesis', shardId: 'shardId-000000000001', first: '4964…', … }
 */
export function readFailedBatch(body: string): FailedBatch | FailedBatchObject {
  const message = parse(body);
  const inner = textIn(message, 'Message');
  if (inner !== undefined) return readFailedBatch(inner);
  const object = objectOf(message);
  if (object !== undefined) return object;

  const [source, info] = memberIn(message, 'KinesisBatchInfo')
    ? (['kinesis', memberIn(message, 'KinesisBatchInfo')] as const)
    : (['dynamodb', memberIn(message, 'DDBStreamBatchInfo')] as const);
  if (info === undefined) {
    throw new FailedBatchError(
      'the message has neither KinesisBatchInfo nor DDBStreamBatchInfo; only on-failure messages of stream mappings can be redriven',
    );
  }
  const context = memberIn(message, 'requestContext') ?? {};
  return {
    source,
    streamArn: required(info, 'streamArn'),
    shardId: required(info, 'shardId'),
    first: required(info, 'startSequenceNumber'),
    last: required(info, 'endSequenceNumber'),
    records: countIn(info, 'batchSize'),
    functionArn: textIn(context, 'functionArn') ?? '',
    condition: textIn(context, 'condition') ?? '',
    arrived: textIn(info, 'approximateArrivalOfFirstRecord') ?? '',
  };
}

type Json = Readonly<Record<string, unknown>>;

function parse(body: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    throw new FailedBatchError(`the message is not JSON: ${error instanceof Error ? error.message : ''}`);
  }
  if (!isJson(value)) throw new FailedBatchError('the message is not a JSON object');
  return value;
}

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
function objectOf(message: Json): FailedBatchObject | undefined {
  const [record] = Array.isArray(message.Records) ? (message.Records as unknown[]) : [];
  const s3 = isJson(record) ? memberIn(record, 's3') : undefined;
  const bucket = textIn(memberIn(s3 ?? {}, 'bucket') ?? {}, 'name');
  const key = textIn(memberIn(s3 ?? {}, 'object') ?? {}, 'key');
  if (bucket === undefined || key === undefined) return undefined;
  return { bucket, key: decodeURIComponent(key.replaceAll('+', ' ')) };
}

function required(info: Json, name: string): string {
  const text = textIn(info, name);
  if (text === undefined) throw new FailedBatchError(`the message lacks ${name}`);
  return text;
}

function countIn(object: Json, name: string): number {
  const value = object[name];
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
}

function textIn(object: Json, name: string): string | undefined {
  const value = object[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function memberIn(object: Json, name: string): Json | undefined {
  const value = object[name];
  return isJson(value) ? value : undefined;
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
