import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Arn } from './arn.ts';
import { MappingSettingsError } from './errors.ts';
import type { FailureMessage } from './failure-message.ts';
import { requestId } from './request-id.ts';

/** What the keys of a bucket's objects are made from. */
export interface BucketOptions {
  /** The mapping's UUID. */
  readonly uuid: string;
  /** Numbers from 0 up to 1. */
  readonly random: () => number;
}

/**
 * Sends to a bucket: an object for each message, which has the event beside it as text.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html, "S3 invocation record"
 * @throws {MappingSettingsError} when the ARN is none of a whole bucket
 */
export function sendToBucket(
  arn: Arn,
  s3: S3Client,
  { uuid, random }: BucketOptions,
): (message: FailureMessage, event: object) => Promise<void> {
  const Bucket = arn.resource;
  if (!/^[a-z0-9][a-z0-9.-]+$/.test(Bucket)) {
    throw new MappingSettingsError(
      `DestinationConfig.OnFailure.Destination is ${arn.text}: it must be a bucket, arn:${arn.partition}:s3:::NAME`,
    );
  }
  return async (message, event) => {
    const Key = objectKey(message, uuid, requestId(random));
    const Body = JSON.stringify({ ...message, payload: JSON.stringify(event) });
    await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: 'application/json' }));
  };
}

/**
 * The key that AWS documents: `aws/lambda/<ESM-UUID>/<shardID>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<Random UUID>`, in UTC.
 * @example objectKey(message, 'f89f8514-…', '0c604cde-…') // 'aws/lambda/f89f8514-…/shardId-000000000001/2019/11/14/…'
 */
export function objectKey(message: FailureMessage, mappingUuid: string, objectUuid: string): string {
  const shardId = (message.KinesisBatchInfo ?? message.DDBStreamBatchInfo)?.shardId ?? '';
  const second = message.timestamp.slice(0, '2019-11-14T00:38:06'.length);
  const day = second.slice(0, '2019-11-14'.length).replaceAll('-', '/');
  return `aws/lambda/${mappingUuid}/${shardId}/${day}/${second.replaceAll(':', '.')}-${objectUuid}`;
}
