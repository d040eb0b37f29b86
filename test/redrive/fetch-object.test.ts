import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EmbeddedAws } from '../../lib/local/aws/embedded.ts';
import { fetchObject } from '../../lib/redrive/fetch-object.ts';
import { startAws } from '../support/stage.ts';

let aws: EmbeddedAws;
let s3: S3Client;
beforeAll(async () => {
  aws = await startAws();
  s3 = new S3Client({
    region: aws.region,
    endpoint: aws.endpoints.s3,
    forcePathStyle: true,
    credentials: { accessKeyId: 'weir', secretAccessKey: 'weir' },
  });
  await s3.send(new CreateBucketCommand({ Bucket: 'failures' }));
});
afterAll(async () => {
  s3.destroy();
  await aws.stop();
});

it('reads an object as text', async () => {
  const key = 'aws/lambda/mapping/2024/01/01/a b.json';
  await s3.send(new PutObjectCommand({ Bucket: 'failures', Key: key, Body: '{"é":1}' }));

  expect(await fetchObject(s3, { bucket: 'failures', key })).toBe('{"é":1}');
});

it('rejects if there is none', async () => {
  await expect(fetchObject(s3, { bucket: 'failures', key: 'none' })).rejects.toThrow();
});
