import { setTimeout as sleep } from 'node:timers/promises';
import { CreateTableCommand, DescribeTableCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { DescribeStreamCommand } from '@aws-sdk/client-dynamodb-streams';
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  ListShardsCommand,
  PutRecordCommand,
} from '@aws-sdk/client-kinesis';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { parseArn } from '../../lib/esm/arn.ts';
import { DynamoDbSource } from '../../lib/esm/sources/dynamodb.ts';
import { failureMessage } from '../../lib/esm/failure-message.ts';
import { KinesisSource } from '../../lib/esm/sources/kinesis.ts';
import type { StreamRecord } from '../../lib/esm/sources/source.ts';
import { resultsOf } from '../../lib/fold/pane.ts';
import { startEmbeddedAws, type EmbeddedAws } from '../../lib/local/aws/embedded.ts';
import type { Pipeline } from '../../lib/pipeline/pipeline.ts';
import { sendToQuarantine } from '../../lib/quarantine/sqs-sink.ts';
import { DynamoPaneStore } from '../../lib/store/dynamo-pane-store.ts';
import { readPaneItemKey } from '../../lib/store/keys.ts';
import { isWithoutRecords, readPaneItem } from '../../lib/store/pane-item.ts';
import { SHARD } from './kinesis.ts';

/** What a deployed stage is made of, on the embedded AWS, without its functions. */
export interface TestStage {
  readonly name: string;
  readonly streamArn: string;
  readonly tables: { readonly aggregates: string; readonly alerts: string; readonly timers: string };
  readonly failureQueueUrl: string;
  readonly quarantineQueueUrl: string;
  readonly alertsTopicArn: string;
}

export const startAws = startEmbeddedAws;

/** Makes a stage with one shard, named as serverless.yml names it. */
export async function createStage(aws: EmbeddedAws, name: string): Promise<TestStage> {
  const { kinesis, sns, sqs } = aws.clients;
  await kinesis.send(new CreateStreamCommand({ StreamName: `${name}-events`, ShardCount: 1 }));
  const queue = async (what: string): Promise<string> => {
    const command = new CreateQueueCommand({
      QueueName: `${name}-${what}`,
      Attributes: { VisibilityTimeout: '900' },
    });
    return (await sqs.send(command)).QueueUrl ?? '';
  };
  const topic = await sns.send(new CreateTopicCommand({ Name: `${name}-alerts` }));
  return {
    name,
    streamArn: await activeStream(aws, `${name}-events`),
    tables: {
      aggregates: await createTable(aws, `${name}-aggregates`),
      alerts: await createTable(aws, `${name}-alerts`),
      timers: await createTable(aws, `${name}-timers`),
    },
    failureQueueUrl: await queue('failures'),
    quarantineQueueUrl: await queue('quarantine'),
    alertsTopicArn: topic.TopicArn ?? '',
  };
}

async function activeStream({ clients }: EmbeddedAws, name: string): Promise<string> {
  for (;;) {
    const answer = await clients.kinesis.send(new DescribeStreamSummaryCommand({ StreamName: name }));
    const { StreamStatus, StreamARN = '' } = answer.StreamDescriptionSummary ?? {};
    if (StreamStatus === 'ACTIVE') return StreamARN;
    await sleep(5);
  }
}

async function createTable({ clients }: EmbeddedAws, name: string): Promise<string> {
  await clients.dynamodb.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  for (;;) {
    const { Table } = await clients.dynamodb.send(new DescribeTableCommand({ TableName: name }));
    if (Table?.TableStatus === 'ACTIVE') return name;
    await sleep(5);
  }
}

/** A lane's store in the stage's table. */
export function storeOf(aws: EmbeddedAws, { tables }: TestStage): DynamoPaneStore {
  return new DynamoPaneStore({ client: aws.clients.dynamodb, table: tables.aggregates, now: Date.now });
}

/** Sets records aside on the stage's queue. */
export function quarantineOf(aws: EmbeddedAws, { quarantineQueueUrl }: TestStage) {
  return (messages: Parameters<typeof sendToQuarantine>[2]): Promise<void> =>
    sendToQuarantine(aws.clients.sqs, quarantineQueueUrl, messages);
}

/** Puts contents to the stage's stream, in order. */
export async function putAll(
  aws: EmbeddedAws,
  { name }: TestStage,
  contents: readonly unknown[],
): Promise<void> {
  for (const content of contents) {
    const Data = Buffer.from(JSON.stringify(content));
    await aws.clients.kinesis.send(
      new PutRecordCommand({ StreamName: `${name}-events`, PartitionKey: 'any', Data }),
    );
  }
}

/** All records of the stage's stream, as Lambda hands them over. */
export async function readStream(
  aws: EmbeddedAws,
  { streamArn }: TestStage,
): Promise<readonly StreamRecord[]> {
  const source = new KinesisSource(aws.clients.kinesis, parseArn(streamArn, 'stream'), {
    invokeIdentityArn: '',
    batchSize: 1_000,
  });
  return (await source.getRecords(SHARD, await source.getIterator(SHARD, { type: 'TRIM_HORIZON' }))).records;
}

/** The number that the stream's shard begins with: older than its first record. */
export async function shardStart(aws: EmbeddedAws, { name }: TestStage): Promise<string> {
  const { Shards } = await aws.clients.kinesis.send(new ListShardsCommand({ StreamName: `${name}-events` }));
  return Shards?.[0]?.SequenceNumberRange?.StartingSequenceNumber ?? '';
}

/** All changes of a table, as Lambda hands them over, and where they are. */
export async function readChanges(
  aws: EmbeddedAws,
  table: string,
): Promise<{
  readonly streamArn: string;
  readonly shardId: string;
  readonly records: readonly StreamRecord[];
}> {
  const { Table } = await aws.clients.dynamodb.send(new DescribeTableCommand({ TableName: table }));
  const streamArn = Table?.LatestStreamArn ?? '';
  const described = await aws.clients.dynamodbStreams.send(
    new DescribeStreamCommand({ StreamArn: streamArn }),
  );
  const shardId = described.StreamDescription?.Shards?.[0]?.ShardId ?? '';
  const source = new DynamoDbSource(aws.clients.dynamodbStreams, streamArn);
  const page = await source.getRecords(shardId, await source.getIterator(shardId, { type: 'TRIM_HORIZON' }));
  return { streamArn, shardId, records: page.records };
}

/** Sends the message that Lambda would send for records that it gave up on. */
export async function giveUp(
  aws: EmbeddedAws,
  { failureQueueUrl }: TestStage,
  lost: Pick<Parameters<typeof failureMessage>[0], 'records' | 'streamArn' | 'shardId' | 'batchInfoName'>,
): Promise<void> {
  const message = failureMessage({
    ...lost,
    condition: 'RetryAttemptsExhausted',
    failures: 2,
    requestId: 'r',
    functionError: null,
    functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:weir-test-any',
    nowMs: Date.now(),
  });
  await send(aws, failureQueueUrl, JSON.stringify(message));
}

export async function send({ clients }: EmbeddedAws, queueUrl: string, body: string): Promise<void> {
  await clients.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
}

/** Bodies of up to ten messages that a queue shows; they are shown again at once. */
export async function bodiesOn({ clients }: EmbeddedAws, queueUrl: string): Promise<string[]> {
  const { Messages = [] } = await clients.sqs.send(
    new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }),
  );
  return Messages.map(({ Body = '' }) => Body);
}

export async function queueArn({ clients }: EmbeddedAws, queueUrl: string): Promise<string> {
  const { Attributes } = await clients.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] }),
  );
  return Attributes?.QueueArn ?? '';
}

/** The results of each stored pane that has records, under `aggregate|key|start in ms`. */
export async function panesOf(
  { clients }: EmbeddedAws,
  { tables }: TestStage,
  pipeline: Pipeline,
): Promise<Record<string, Record<string, unknown>>> {
  const { Items = [] } = await clients.dynamodb.send(
    new ScanCommand({ TableName: tables.aggregates, ConsistentRead: true }),
  );
  const panes: Record<string, Record<string, unknown>> = {};
  for (const item of Items) {
    const name = readPaneItemKey({ pk: item.pk?.S ?? '', sk: item.sk?.S ?? '' });
    const aggregate = pipeline.aggregates.find((one) => one.name === name?.aggregate);
    if (name === undefined || aggregate === undefined || isWithoutRecords(item)) continue;
    panes[`${aggregate.name}|${name.key}|${name.start}`] = resultsOf(
      aggregate,
      readPaneItem(aggregate, item).accs,
    );
  }
  return panes;
}
