import {
  CreateTableCommand,
  DynamoDBClient,
  BatchWriteItemCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis';
import { CreateTopicCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  LOCAL_ACCESS_KEY_ID,
  LOCAL_REGION,
  LOCAL_SECRET_ACCESS_KEY,
} from '../../../lib/local/aws/constants.ts';
import { startEmbeddedAws } from '../../../lib/local/aws/embedded.ts';
import { Chance } from '../../../lib/local/faults/chance.ts';
import { throttleAws, type ThrottledAws } from '../../../lib/local/faults/throttled-aws.ts';
import { putRecords } from '../../../lib/local/producer.ts';
import { isThrottle } from '../../../lib/store/retry.ts';

let throttled: ThrottledAws;
let dynamodb: DynamoDBClient;
let kinesis: KinesisClient;
let sns: SNSClient;
let sqs: SQSClient;
let queue: string;
let topic: string;

beforeAll(async () => {
  throttled = await throttleAws(await startEmbeddedAws(), new Chance(1));
  // Each call as it comes: the stack's clients try again by themselves.
  const { endpoints } = throttled.aws;
  const once = {
    region: LOCAL_REGION,
    credentials: { accessKeyId: LOCAL_ACCESS_KEY_ID, secretAccessKey: LOCAL_SECRET_ACCESS_KEY },
    maxAttempts: 1,
  };
  dynamodb = new DynamoDBClient({ ...once, endpoint: endpoints.dynamodb });
  kinesis = new KinesisClient({
    ...once,
    endpoint: endpoints.kinesis,
    requestHandler: new NodeHttpHandler(),
  });
  sns = new SNSClient({ ...once, endpoint: endpoints.sns });
  sqs = new SQSClient({ ...once, endpoint: endpoints.sqs });
  await kinesis.send(new CreateStreamCommand({ StreamName: 'events', ShardCount: 1 }));
  await dynamodb.send(
    new CreateTableCommand({
      TableName: 'items',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  );
  queue = (await sqs.send(new CreateQueueCommand({ QueueName: 'queue' }))).QueueUrl ?? '';
  topic = (await sns.send(new CreateTopicCommand({ Name: 'topic' }))).TopicArn ?? '';
}, 30_000);

afterAll(async () => {
  for (const client of [dynamodb, kinesis, sns, sqs]) client.destroy();
  await throttled.aws.stop();
});
afterEach(() => {
  throttled.setRate(0);
});

/** Makes a call over and over while some are refused. @returns names of the errors */
async function errorsOf(call: () => Promise<unknown>): Promise<Set<string>> {
  throttled.setRate(0.5);
  const names = new Set<string>();
  let taken = 0;
  for (let i = 0; i < 40; i++) {
    await call().then(
      () => taken++,
      (error: unknown) => {
        expect(isThrottle(error), String(error)).toBe(true);
        if (error instanceof Error) names.add(error.name);
      },
    );
  }
  expect(taken).toBeGreaterThan(5);
  return names;
}

describe('a throttled service refuses calls as the real one does, and the service takes it for that', () => {
  test('DynamoDB', async () => {
    const call = (): Promise<unknown> =>
      dynamodb.send(new PutItemCommand({ TableName: 'items', Item: { id: { S: 'a' } } }));
    expect(await errorsOf(call)).toEqual(
      new Set(['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded']),
    );
  });

  test('Kinesis', async () => {
    const { ShardIterator } = await kinesis.send(
      new GetShardIteratorCommand({
        StreamName: 'events',
        ShardId: 'shardId-000000000000',
        ShardIteratorType: 'LATEST',
      }),
    );
    expect(await errorsOf(() => kinesis.send(new GetRecordsCommand({ ShardIterator })))).toEqual(
      new Set(['ProvisionedThroughputExceededException', 'KMSThrottlingException']),
    );
  });

  test('SNS', async () => {
    const names = await errorsOf(() => sns.send(new PublishCommand({ TopicArn: topic, Message: 'm' })));
    expect(names).toEqual(new Set(['KMSThrottlingException', 'Throttling']));
  });

  test('SQS', async () => {
    const names = await errorsOf(() =>
      sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: 'm' })),
    );
    expect(names).toEqual(new Set(['RequestThrottled', 'KmsThrottled']));
  });
});

describe('a call of many entries', () => {
  test('is refused in part by Kinesis, and each record is put once by who puts the refused ones again', async () => {
    const { ShardIterator } = await kinesis.send(
      new GetShardIteratorCommand({
        StreamName: 'events',
        ShardId: 'shardId-000000000000',
        ShardIteratorType: 'LATEST',
      }),
    );
    throttled.setRate(0.4);
    const before = throttled.refused();
    const records = Array.from({ length: 8_000 }, (_, i) => ({ partitionKey: 'k', data: String(i) }));
    const again = await putRecords(
      kinesis,
      'events',
      records,
      () => undefined,
      () => Promise.resolve(),
    );
    expect(again).toBeGreaterThan(0);
    expect(throttled.refused()).toBeGreaterThan(before);
    throttled.setRate(0);
    const { Records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator, Limit: 10_000 }));
    const stored = Records.map(({ Data }) => Number(Buffer.from(Data ?? []).toString()));
    expect(stored.toSorted((a, b) => a - b)).toEqual(records.map((_, i) => i));
  });

  test('has entries refused with the place that they had', async () => {
    throttled.setRate(0.9);
    for (let i = 0; i < 40; i++) {
      const Records = Array.from({ length: 10 }, (_, n) => ({
        PartitionKey: 'k',
        Data: Buffer.from(`${n}`),
      }));
      const answer = await kinesis
        .send(new PutRecordsCommand({ StreamName: 'events', Records }))
        .catch(() => undefined);
      if (answer === undefined || answer.FailedRecordCount === 0) continue;
      expect(answer.Records).toHaveLength(10);
      const failed = answer.Records?.filter(({ ErrorCode }) => ErrorCode !== undefined);
      expect(failed).toHaveLength(answer.FailedRecordCount ?? 0);
      return;
    }
    expect.unreachable('no call was refused in part');
  });

  test('leaves the items unprocessed that DynamoDB refuses', async () => {
    throttled.setRate(0.9);
    let left = Array.from({ length: 25 }, (_, i) => ({ PutRequest: { Item: { id: { S: `b${i}` } } } }));
    let inPart = 0;
    // Until all are there, whatever it takes; nothing is refused any more once some were in part.
    for (let call = 0; call < 300 && left.length > 0; call++) {
      if (inPart > 0) throttled.setRate(0);
      const answer = await dynamodb
        .send(new BatchWriteItemCommand({ RequestItems: { items: left } }))
        .catch(() => undefined);
      const unprocessed = answer?.UnprocessedItems?.items ?? [];
      if (unprocessed.length === 0 && inPart === 0) continue;
      inPart++;
      const ids = new Set(unprocessed.map(({ PutRequest }) => PutRequest?.Item?.id?.S));
      left = left.filter(({ PutRequest }) => ids.has(PutRequest.Item.id.S));
    }
    expect(inPart).toBe(2);
    expect(left).toEqual([]);
    throttled.setRate(0);
    const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: 'items' }));
    expect(Items.filter(({ id }) => id?.S?.startsWith('b'))).toHaveLength(25);
  });
});

test('who looks on is never refused', async () => {
  throttled.setRate(0.9);
  const before = throttled.refused();
  for (let i = 0; i < 20; i++) {
    await throttled.calm.sqs.send(new ReceiveMessageCommand({ QueueUrl: queue }));
    await throttled.calm.dynamodb.send(new ScanCommand({ TableName: 'items' }));
  }
  expect(throttled.refused()).toBe(before);
});
