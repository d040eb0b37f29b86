import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parseArn } from '../../lib/esm/arn.ts';
import { objectKey } from '../../lib/esm/destination-bucket.ts';
import { createDestination } from '../../lib/esm/destination.ts';
import type { EngineEvent } from '../../lib/esm/index.ts';
import {
  MappingSettingsError,
  startEventSourceMapping,
  UnsupportedSettingError,
} from '../../lib/esm/index.ts';
import { mappingUuid } from '../../lib/esm/mapping-uuid.ts';
import type { EmbeddedAws } from '../../lib/local/aws/embedded.ts';
import { startEmbeddedAws } from '../../lib/local/aws/embedded.ts';
import { readFailedBatch } from '../../lib/redrive/failed-batch.ts';
import { fetchObject } from '../../lib/redrive/fetch-object.ts';
import { FakeStream } from './fake-stream.ts';
import { MAPPING } from './harness.ts';
import { VirtualClock } from './virtual-clock.ts';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[48][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/.source;

describe('a bucket', () => {
  let aws: EmbeddedAws;
  beforeAll(async () => {
    aws = await startEmbeddedAws();
  });
  afterAll(() => aws.stop());

  /** Gives up three records, two by attempts and one by age, and returns what the bucket then has. */
  async function giveUp(bucket: string, options: { readonly uuid?: string } = {}) {
    await aws.clients.s3.send(new CreateBucketCommand({ Bucket: bucket }));
    const clock = new VirtualClock(Date.UTC(2024, 2, 1, 23, 59, 58, 7));
    const stream = new FakeStream(clock);
    stream.addShard('shardId-000000000000');
    stream.put('shardId-000000000000', 1, { ageMs: 61_000 });
    stream.put('shardId-000000000000', 2);
    const events: EngineEvent[] = [];
    const mapping = startEventSourceMapping({
      ...options,
      mapping: {
        ...MAPPING,
        MaximumRetryAttempts: 0,
        MaximumRecordAgeInSeconds: 60,
        DestinationConfig: { OnFailure: { Destination: `arn:aws:s3:::${bucket}` } },
      },
      source: stream,
      clock,
      destinations: { s3: aws.clients.s3 },
      onEvent: (event) => events.push(event),
      invoke: () => Promise.reject(new Error('never')),
    });
    onTestFinished(() => mapping.stop());
    await mapping.drained();
    const { Contents = [] } = await aws.clients.s3.send(new ListObjectsV2Command({ Bucket: bucket }));
    const keys = Contents.map(({ Key = '' }) => Key);
    const bodies = await Promise.all(keys.map((key) => fetchObject(aws.clients.s3, { bucket, key })));
    return {
      keys,
      bodies,
      messages: events.flatMap((event) => (event.type === 'discarded' ? [event.message] : [])),
    };
  }

  test('gets all that a queue would, and the whole event as text', async () => {
    const { bodies, messages } = await giveUp('whole');
    expect(messages).toHaveLength(2);
    const payloads = [[{ sequenceNumber: '1' }], [{ sequenceNumber: '2' }, { sequenceNumber: '3' }]];
    const expected = messages.map((message, index) => ({
      ...message,
      payload: JSON.stringify({ Records: payloads[index] }),
    }));
    const objects = bodies.map((body): unknown => JSON.parse(body));
    expect(objects).toHaveLength(2);
    expect(objects).toEqual(expect.arrayContaining(expected));
  });

  test('has keys that AWS documents, under the UUID of the mapping', async () => {
    const uuid = 'f89f8514-cdd9-4602-9e1f-01a5b77d449b';
    const { keys } = await giveUp('keys', { uuid });
    // The virtual clock goes on while a bucket, which is real, takes its time.
    const instant = String.raw`(\d{4})/(\d{2})/(\d{2})/\1-\2-\3T\d{2}\.\d{2}\.\d{2}`;
    const form = `^aws/lambda/${uuid}/shardId-000000000000/${instant}-${UUID}$`;
    expect(keys).toHaveLength(2);
    for (const key of keys) expect(key).toMatch(new RegExp(form));
  });

  test('has objects that the redrive reads', async () => {
    const { bodies } = await giveUp('redriven');
    expect(bodies.map((body) => readFailedBatch(body))).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ first: '1', last: '1', condition: 'RecordAgeExceeded' }),
        expect.objectContaining({ first: '2', last: '3', condition: 'RetryAttemptsExhausted', records: 2 }),
      ]),
    );
  });
});

describe('objectKey', () => {
  test("is AWS's layout, for a table's stream too", () => {
    const message = {
      requestContext: {
        requestId: 'r',
        functionArn: 'f',
        condition: 'RetryAttemptsExhausted' as const,
        approximateInvokeCount: 1,
      },
      version: '1.0' as const,
      timestamp: '2019-11-14T00:13:49.717Z',
      DDBStreamBatchInfo: {
        shardId: 'shardId-00000001573689847184-864758bb',
        startSequenceNumber: '1',
        endSequenceNumber: '1',
        approximateArrivalOfFirstRecord: '2019-11-14T00:13:19Z',
        approximateArrivalOfLastRecord: '2019-11-14T00:13:19Z',
        batchSize: 1,
        streamArn: 's',
      },
    };
    expect(objectKey(message, 'mapping', 'object')).toBe(
      'aws/lambda/mapping/shardId-00000001573689847184-864758bb/2019/11/14/2019-11-14T00.13.49-object',
    );
  });
});

describe('mappingUuid', () => {
  test('is a UUID, the same for the same mapping and another for another', () => {
    expect(mappingUuid('stream', 'function')).toMatch(new RegExp(`^${UUID}$`));
    expect(mappingUuid('stream', 'function')).toBe(mappingUuid('stream', 'function'));
    expect(mappingUuid('stream', 'function')).not.toBe(mappingUuid('stream', 'other'));
  });
});

describe('a destination', () => {
  const create = (text: string, clients = {}) =>
    createDestination(parseArn(text, 'Destination'), clients, { uuid: 'u', random: () => 0 });
  const clients = { sqs: new SQSClient(), sns: new SNSClient(), s3: new S3Client() };

  test.each(['sqs:us-east-1:000000000000:failures.fifo', 'sns:us-east-1:000000000000:failures.fifo'])(
    'that is FIFO is refused: %s',
    (arn) => {
      expect(() => create(`arn:aws:${arn}`, clients)).toThrow(MappingSettingsError);
      expect(() => create(`arn:aws:${arn}`, clients)).toThrow(/Lambda sends to standard (queue|topic)s only/);
    },
  );

  test('of another service is refused', () => {
    expect(() => create('arn:aws:lambda:us-east-1:000000000000:function:f', clients)).toThrow(
      UnsupportedSettingError,
    );
  });

  test('needs a client', () => {
    expect(() => create('arn:aws:s3:::bucket')).toThrow('pass a client as destinations.s3');
  });

  test('that is an object is refused', () => {
    expect(() => create('arn:aws:s3:::bucket/prefix', clients)).toThrow(
      'it must be a bucket, arn:aws:s3:::NAME',
    );
  });
});
