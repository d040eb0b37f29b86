import {
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis';
import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AwsClients } from '../../../lib/local/aws/clients.ts';
import type { EventRecord } from './recording.ts';

/** A stream that records are put to. */
export interface Stage {
  readonly arn: string;
  put(records: readonly EventRecord[]): Promise<void>;
}

export async function createKinesisStage({ kinesis }: AwsClients, StreamName: string): Promise<Stage> {
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
  let arn: string | undefined;
  while (arn === undefined) {
    const { StreamDescriptionSummary: stream } = await kinesis.send(
      new DescribeStreamSummaryCommand({ StreamName }),
    );
    if (stream?.StreamStatus === 'ACTIVE') arn = stream.StreamARN;
    // Being created takes a moment.
    else await sleep(5);
  }
  return {
    arn,
    put: async (records) => {
      const Records = records.map(({ kinesis: record }) => ({
        PartitionKey: record?.partitionKey,
        Data: Buffer.from(record?.data ?? '', 'base64'),
      }));
      await kinesis.send(new PutRecordsCommand({ StreamName, Records }));
    },
  };
}

export async function createTableStage({ dynamodb }: AwsClients, TableName: string): Promise<Stage> {
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
  return {
    arn: Table?.LatestStreamArn ?? '',
    put: async (records) => {
      for (const { dynamodb: change } of records) {
        if (change?.NewImage) await dynamodb.send(new PutItemCommand({ TableName, Item: change.NewImage }));
        else await dynamodb.send(new DeleteItemCommand({ TableName, Key: change?.Keys }));
      }
    },
  };
}

/** Where on-failure messages arrive. */
export interface Inbox {
  /** Of the on-failure destination. */
  readonly arn: string;
  /** The answer to a request for messages, in the form in which it was recorded. */
  receive(): Promise<{ readonly Messages: readonly { readonly Body: unknown }[] }>;
}

export async function createInbox(clients: AwsClients, QueueName: string, service: string): Promise<Inbox> {
  const { sqs, sns } = clients;
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const queueArn = Attributes?.QueueArn ?? '';
  const receive: Inbox['receive'] = async () => {
    const answer = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
    );
    return {
      Messages: (answer.Messages ?? []).map((message) => ({
        ...message,
        Body: JSON.parse(message.Body ?? '') as unknown,
      })),
      ResponseMetadata: { HTTPHeaders: {}, HTTPStatusCode: answer.$metadata.httpStatusCode },
    };
  };
  if (service === 'sqs') return { arn: queueArn, receive };
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: QueueName }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queueArn }));
  return { arn: TopicArn, receive };
}
