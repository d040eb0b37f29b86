import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { FailedBatchObject } from './failed-batch.ts';

/** Reads an object as text. */
export async function fetchObject(
  client: Pick<S3Client, 'send'>,
  { bucket, key }: FailedBatchObject,
): Promise<string> {
  const { Body: body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return (await body?.transformToString()) ?? '';
}
