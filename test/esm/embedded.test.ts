import { CreateTableCommand, DescribeTableCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  PutRecordsCommand,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis';
import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { EngineEvent, EventSourceMappingOptions, FailureMessage } from '../../lib/esm/index.ts';
import { startEventSourceMapping } from '../../lib/esm/index.ts';
import type { EmbeddedAws } from '../../lib/local/aws/embedded.ts';
import { startEmbeddedAws } from '../../lib/local/aws/embedded.ts';

const SHARD = 'shardId-000000000000';
const QUICK = { initialMs: 1, maximumMs: 5 };

let aws: EmbeddedAws;
beforeAll(async () => {
  aws = await startEmbeddedAws();
});
afterAll(() => aws.stop());

interface KinesisEventRecord {
  readonly eventID: string;
  readonly kinesis: { readonly data: string; readonly partitionKey: string; readonly sequenceNumber: string };
}

const dataOf = (record: object): string =>
  Buffer.from((record as KinesisEventRecord).kinesis.data, 'base64').toString();

async function createStream(name: string, shards = 1): Promise<string> {
  await aws.clients.kinesis.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }));
  return await activeStream(name);
}

/** A stream takes a moment to come into being and to be split. */
async function activeStream(name: string): Promise<string> {
  for (;;) {
    const answer = await aws.clients.kinesis.send(new DescribeStreamSummaryCommand({ StreamName: name }));
    const { StreamStatus, StreamARN = '' } = answer.StreamDescriptionSummary ?? {};
    if (StreamStatus === 'ACTIVE') return StreamARN;
    await sleep(5);
  }
}

async function put(name: string, ...texts: readonly string[]): Promise<void> {
  const Records = texts.map((text) => ({ PartitionKey: text, Data: Buffer.from(text) }));
  await aws.clients.kinesis.send(new PutRecordsCommand({ StreamName: name, Records }));
}

async function createQueue(name: string): Promise<{ readonly url: string; readonly arn: string }> {
  const { QueueUrl: url = '' } = await aws.clients.sqs.send(new CreateQueueCommand({ QueueName: name }));
  const { Attributes } = await aws.clients.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
  );
  return { url, arn: Attributes?.QueueArn ?? '' };
}

async function receive(url: string): Promise<string> {
  const { Messages } = await aws.clients.sqs.send(
    new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 5 }),
  );
  const message = Messages?.[0];
  const receipt = { QueueUrl: url, ReceiptHandle: message?.ReceiptHandle };
  await aws.clients.sqs.send(new DeleteMessageCommand(receipt));
  return message?.Body ?? '';
}

function start(options: Omit<EventSourceMappingOptions, 'kinesis' | 'dynamodbStreams' | 'destinations'>) {
  const { kinesis, dynamodbStreams, sqs, sns } = aws.clients;
  const mapping = startEventSourceMapping({
    ...options,
    kinesis,
    dynamodbStreams,
    destinations: { sqs, sns },
    backoff: QUICK,
  });
  onTestFinished(() => mapping.stop());
  return mapping;
}

describe('Kinesis', () => {
  test('brings all records of all shards, each shard in order', async () => {
    const EventSourceArn = await createStream('all', 3);
    const texts = Array.from({ length: 1_200 }, (_, index) => `record ${index}`);
    for (let from = 0; from < texts.length; from += 400) await put('all', ...texts.slice(from, from + 400));
    const seen: string[] = [];
    const last = new Map<string, bigint>();
    const mapping = start({
      mapping: { EventSourceArn, FunctionName: 'f', StartingPosition: 'TRIM_HORIZON', BatchSize: 50 },
      invoke: ({ Records }, { shardId }) => {
        for (const record of Records as readonly KinesisEventRecord[]) {
          const { sequenceNumber } = record.kinesis;
          expect(record.eventID).toBe(`${shardId}:${sequenceNumber}`);
          expect(BigInt(sequenceNumber)).toBeGreaterThan(last.get(shardId) ?? 0n);
          last.set(shardId, BigInt(sequenceNumber));
          seen.push(dataOf(record));
        }
        return Promise.resolve();
      },
    });
    await mapping.drained();
    expect(seen.toSorted()).toEqual(texts.toSorted());
    expect(last.size).toBe(3);
  });

  test('brings only what is put after LATEST was fixed', async () => {
    const EventSourceArn = await createStream('latest');
    await put('latest', 'before');
    const seen: string[] = [];
    const mapping = start({
      mapping: { EventSourceArn, FunctionName: 'f', StartingPosition: 'LATEST' },
      invoke: ({ Records }) => Promise.resolve(void seen.push(...Records.map(dataOf))),
    });
    await mapping.ready();
    await put('latest', 'after');
    await mapping.drained();
    expect(seen).toEqual(['after']);
  });

  test('goes on with the children of a split shard, after it', async () => {
    const EventSourceArn = await createStream('split');
    await put('split', 'a', 'b', 'c');
    await aws.clients.kinesis.send(
      new SplitShardCommand({
        StreamName: 'split',
        ShardToSplit: SHARD,
        NewStartingHashKey: (2n ** 127n).toString(),
      }),
    );
    await activeStream('split');
    await put('split', 'd', 'e', 'f', 'g');
    const seen: [string, string][] = [];
    const mapping = start({
      mapping: { EventSourceArn, FunctionName: 'f', StartingPosition: 'TRIM_HORIZON' },
      invoke: ({ Records }, { shardId }) =>
        Promise.resolve(
          void seen.push(...Records.map((record): [string, string] => [shardId, dataOf(record)])),
        ),
    });
    await mapping.drained();
    expect(seen.slice(0, 3)).toEqual([
      [SHARD, 'a'],
      [SHARD, 'b'],
      [SHARD, 'c'],
    ]);
    expect(
      seen
        .slice(3)
        .map(([, text]) => text)
        .toSorted(),
    ).toEqual(['d', 'e', 'f', 'g']);
    expect(mapping.stats().map(({ state }) => state)).toEqual(['ended', 'reading', 'reading']);
  });

  test('refuses a stream that is not there', async () => {
    const EventSourceArn = 'arn:aws:kinesis:us-east-1:000000000000:stream/nowhere';
    const mapping = start({
      mapping: { EventSourceArn, FunctionName: 'f', StartingPosition: 'LATEST' },
      invoke: () => Promise.resolve(),
    });
    await expect(mapping.ready()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(mapping.drained()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('an on-failure destination', () => {
  const exhaust = async (EventSourceArn: string, Destination: string) => {
    const mapping = start({
      mapping: {
        EventSourceArn,
        FunctionName: 'f',
        StartingPosition: 'TRIM_HORIZON',
        MaximumRetryAttempts: 1,
        DestinationConfig: { OnFailure: { Destination } },
      },
      invoke: () => Promise.reject(new Error('never')),
    });
    await mapping.drained();
  };

  test('that is a queue gets the message', async () => {
    const EventSourceArn = await createStream('to-queue');
    await put('to-queue', 'a', 'b');
    const queue = await createQueue('failures');
    await exhaust(EventSourceArn, queue.arn);
    expect(JSON.parse(await receive(queue.url))).toMatchObject({
      requestContext: {
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f',
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 2,
      },
      KinesisBatchInfo: { shardId: SHARD, batchSize: 2, streamArn: EventSourceArn },
    });
  });

  test('that is not there is told of, and the shard goes on', async () => {
    const EventSourceArn = await createStream('to-nowhere');
    await put('to-nowhere', 'a', 'b');
    const events: EngineEvent[] = [];
    const Destination = 'arn:aws:sqs:us-east-1:000000000000:nowhere';
    const mapping = start({
      mapping: {
        EventSourceArn,
        FunctionName: 'f',
        StartingPosition: 'TRIM_HORIZON',
        BatchSize: 1,
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnFailure: { Destination } },
      },
      onEvent: (event) => events.push(event),
      invoke: () => Promise.reject(new Error('never')),
    });
    await mapping.drained();
    expect(events.filter(({ type }) => type === 'destinationFailed')).toHaveLength(2);
    expect(mapping.stats()).toMatchObject([{ recordsDiscarded: 2 }]);
  });

  test('that is a topic gets the message', async () => {
    const EventSourceArn = await createStream('to-topic');
    await put('to-topic', 'a');
    const queue = await createQueue('behind-topic');
    const { TopicArn } = await aws.clients.sns.send(new CreateTopicCommand({ Name: 'failures' }));
    await aws.clients.sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queue.arn }));
    await exhaust(EventSourceArn, TopicArn ?? '');
    const notification = JSON.parse(await receive(queue.url)) as { Message: string };
    const message = JSON.parse(notification.Message) as FailureMessage;
    expect(message.KinesisBatchInfo).toMatchObject({ batchSize: 1, streamArn: EventSourceArn });
  });
});

describe('a DynamoDB stream', () => {
  const createTable = async (TableName: string): Promise<string> => {
    await aws.clients.dynamodb.send(
      new CreateTableCommand({
        TableName,
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      }),
    );
    const { Table } = await aws.clients.dynamodb.send(new DescribeTableCommand({ TableName }));
    return Table?.LatestStreamArn ?? '';
  };
  const putItem = (TableName: string, pk: string, n: number) =>
    aws.clients.dynamodb.send(
      new PutItemCommand({
        TableName,
        Item: { pk: { S: pk }, n: { N: String(n) }, b: { B: Buffer.from([n]) } },
      }),
    );

  test('brings the changes of items with their images', async () => {
    const EventSourceArn = await createTable('changes');
    await putItem('changes', 'x', 1);
    await putItem('changes', 'x', 2);
    const seen: object[] = [];
    const mapping = start({
      mapping: { EventSourceArn, FunctionName: 'f', StartingPosition: 'TRIM_HORIZON' },
      invoke: ({ Records }) => Promise.resolve(void seen.push(...Records)),
    });
    await mapping.drained();
    const image = (n: number, b: string) => ({ pk: { S: 'x' }, n: { N: String(n) }, b: { B: b } });
    expect(seen).toMatchObject([
      { eventName: 'INSERT', eventSourceARN: EventSourceArn, dynamodb: { NewImage: image(1, 'AQ==') } },
      {
        eventName: 'MODIFY',
        eventSource: 'aws:dynamodb',
        dynamodb: { Keys: { pk: { S: 'x' } }, OldImage: image(1, 'AQ=='), NewImage: image(2, 'Ag==') },
      },
    ]);
  });

  test('retries the tail that a function reports, and gives it up in a message of its own form', async () => {
    const EventSourceArn = await createTable('tail');
    for (const n of [1, 2, 3]) await putItem('tail', `item ${n}`, n);
    const queue = await createQueue('table-failures');
    const batches: (readonly string[])[] = [];
    const mapping = start({
      mapping: {
        EventSourceArn,
        FunctionName: 'f',
        StartingPosition: 'TRIM_HORIZON',
        MaximumRetryAttempts: 1,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        DestinationConfig: { OnFailure: { Destination: queue.arn } },
      },
      invoke: ({ Records }) => {
        const numbers = (Records as readonly { dynamodb: { SequenceNumber: string } }[]).map(
          ({ dynamodb }) => dynamodb.SequenceNumber,
        );
        batches.push(numbers);
        return Promise.resolve({
          batchItemFailures: [{ itemIdentifier: numbers.at(batches.length === 1 ? 1 : 0) }],
        });
      },
    });
    await mapping.drained();
    const [first = [], second] = batches;
    expect(batches).toHaveLength(2);
    expect(second).toEqual(first.slice(1));
    expect(JSON.parse(await receive(queue.url))).toMatchObject({
      responseContext: { functionError: null },
      DDBStreamBatchInfo: {
        startSequenceNumber: first[1],
        endSequenceNumber: first[2],
        batchSize: 2,
        approximateArrivalOfFirstRecord: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
      },
    });
  });
});
