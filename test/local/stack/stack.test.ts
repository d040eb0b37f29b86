import { DescribeTableCommand, DescribeTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { DescribeStreamSummaryCommand, ListStreamConsumersCommand } from '@aws-sdk/client-kinesis';
import { PublishCommand } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddedAws } from '../../../lib/local/aws/embedded.ts';
import { startEmbeddedAws } from '../../../lib/local/aws/embedded.ts';
import type { Stack } from '../../../lib/local/stack/stack.ts';
import { createStack } from '../../../lib/local/stack/stack.ts';
import { parseTemplate } from '../../../lib/local/stack/template.ts';
import { template } from './fixture.ts';

let aws: EmbeddedAws;
let stack: Stack;

beforeAll(async () => {
  aws = await startEmbeddedAws();
  stack = await createStack(template, aws, { stackName: 'weir-test' });
});
afterAll(() => aws.stop());

const made = (logicalId: string) => {
  const resource = stack.resources.get(logicalId);
  if (!resource) throw new Error(`${logicalId} was not made`);
  return resource;
};

describe('the resources', () => {
  it('include the stream with its shards and retention', async () => {
    const { ref, attributes } = made('EventStream');
    const { StreamDescriptionSummary: stream } = await aws.clients.kinesis.send(
      new DescribeStreamSummaryCommand({ StreamName: ref }),
    );
    expect(stream).toMatchObject({ OpenShardCount: 3, RetentionPeriodHours: 48, StreamARN: attributes.Arn });
  });

  it('include the consumer of the stream, whose ARN a mapping has', async () => {
    const { ref, attributes } = made('EventStreamConsumer');
    const { Consumers: consumers = [] } = await aws.clients.kinesis.send(
      new ListStreamConsumersCommand({ StreamARN: made('EventStream').attributes.Arn }),
    );
    expect(consumers).toMatchObject([
      { ConsumerName: 'fan-out', ConsumerARN: ref, ConsumerStatus: 'ACTIVE' },
    ]);
    expect(attributes).toMatchObject({ ConsumerARN: ref, StreamARN: made('EventStream').attributes.Arn });
    expect(stack.eventSourceMappings.map(({ properties }) => properties.EventSourceArn)).toContain(ref);
  });

  it('include the tables, each with its stream and time to live', async () => {
    const { ref, attributes } = made('AggregatesTable');
    const { Table: table } = await aws.clients.dynamodb.send(new DescribeTableCommand({ TableName: ref }));
    const { TimeToLiveDescription: timeToLive } = await aws.clients.dynamodb.send(
      new DescribeTimeToLiveCommand({ TableName: ref }),
    );
    expect(ref).toBe('weir-test-aggregates');
    expect(table).toMatchObject({
      TableStatus: 'ACTIVE',
      TableArn: attributes.Arn,
      LatestStreamArn: attributes.StreamArn,
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
    expect(timeToLive).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' });
  });

  it('include a table without a stream, and its index', async () => {
    const { ref, attributes } = made('TimersTable');
    const { Table: table } = await aws.clients.dynamodb.send(new DescribeTableCommand({ TableName: ref }));
    expect(attributes).not.toHaveProperty('StreamArn');
    expect(table?.LatestStreamArn).toBeUndefined();
    expect(table?.GlobalSecondaryIndexes?.map((index) => index.IndexName)).toEqual(['byDue']);
  });

  it('include queues with their attributes and redrive policy', async () => {
    const { Attributes: attributes = {} } = await aws.clients.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: made('QuarantineQueue').ref, AttributeNames: ['All'] }),
    );
    expect(attributes.VisibilityTimeout).toBe('45');
    expect(JSON.parse(attributes.RedrivePolicy ?? '')).toEqual({
      deadLetterTargetArn: made('FailureQueue').attributes.Arn,
      maxReceiveCount: 3,
    });
  });

  it('include the subscription of a queue, through which a published message comes', async () => {
    await aws.clients.sns.send(new PublishCommand({ TopicArn: made('AlertsTopic').ref, Message: 'fire' }));
    const { Messages: messages } = await aws.clients.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: made('Inbox').ref, WaitTimeSeconds: 5 }),
    );
    expect(messages?.map((message) => message.Body)).toEqual(['fire']);
  });

  it('have stand-ins for what is only a name locally', () => {
    expect(made('Role').attributes.Arn).toBe('arn:aws:iam::000000000000:role/weir-test-Role');
    expect(made('LogGroup').ref).toBe('/aws/lambda/weir-dev-aggregate');
    expect(made('ServerlessDeploymentBucket').attributes.Arn).toBe(
      'arn:aws:s3:::weir-test-ServerlessDeploymentBucket',
    );
  });

  it('leave out, with the reason, what cannot be or is not to be', () => {
    expect(stack.skipped).toEqual([
      {
        logicalId: 'AlarmSubscription',
        type: 'AWS::SNS::Subscription',
        reason: expect.stringContaining('email') as string,
      },
      {
        logicalId: 'Unheard',
        type: 'AWS::Cassandra::Keyspace',
        reason: expect.stringContaining('type') as string,
      },
      {
        logicalId: 'ProductionOnly',
        type: 'AWS::SQS::Queue',
        reason: expect.stringContaining('IsProduction') as string,
      },
    ]);
  });

  it('give an on-demand stream the stated number of shards', async () => {
    const onDemand = parseTemplate({
      Resources: {
        EventStream: {
          Type: 'AWS::Kinesis::Stream',
          Properties: { StreamModeDetails: { StreamMode: 'ON_DEMAND' }, Name: 'on-demand' },
        },
      },
    });
    await createStack(onDemand, aws, { stackName: 'weir-on-demand', onDemandShards: 4 });
    const { StreamDescriptionSummary: stream } = await aws.clients.kinesis.send(
      new DescribeStreamSummaryCommand({ StreamName: 'on-demand' }),
    );
    expect(stream).toMatchObject({ OpenShardCount: 4, StreamModeDetails: { StreamMode: 'ON_DEMAND' } });
  });
});

describe('the functions', () => {
  it('have their environment resolved', () => {
    expect(stack.functions.find(({ key }) => key === 'aggregate')).toEqual({
      logicalId: 'AggregateLambdaFunction',
      key: 'aggregate',
      functionName: 'weir-dev-aggregate',
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:weir-dev-aggregate',
      handler: 'functions/aggregate.handler',
      timeoutSeconds: 30,
      memoryMegabytes: 512,
      runtime: 'nodejs22.x',
      reservedConcurrency: 2,
      tracing: 'Active',
      artifact: 'aggregate.zip',
      environment: {
        POWERTOOLS_SERVICE_NAME: 'weir',
        STREAM_NAME: 'weir-test-EventStream',
        AGGREGATES_TABLE: 'weir-test-aggregates',
        QUARANTINE_QUEUE_URL: made('QuarantineQueue').ref,
      },
    });
  });
});

describe('the event source mappings', () => {
  it('have typed properties under the names of CloudFormation, and their function', () => {
    const [kinesis, dynamodb] = stack.eventSourceMappings;
    expect(kinesis?.function.key).toBe('aggregate');
    expect(kinesis?.properties).toEqual({
      BatchSize: 1_000,
      BisectBatchOnFunctionError: true,
      DestinationConfig: { OnFailure: { Destination: made('FailureQueue').attributes.Arn } },
      Enabled: true,
      EventSourceArn: made('EventStream').attributes.Arn,
      FunctionName: 'arn:aws:lambda:us-east-1:000000000000:function:weir-dev-aggregate',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumBatchingWindowInSeconds: 1,
      StartingPosition: 'TRIM_HORIZON',
    });
    expect(dynamodb?.function.key).toBe('notify');
    expect(dynamodb?.properties.EventSourceArn).toBe(made('AlertsTable').attributes.StreamArn);
  });
});

describe('the HTTP routes', () => {
  it('lead to their functions', () => {
    expect(stack.httpRoutes).toEqual([
      expect.objectContaining({
        routeKey: 'GET /aggregates/{aggregate}',
        method: 'GET',
        path: '/aggregates/{aggregate}',
        payloadFormatVersion: '2.0',
        function: stack.functions.find(({ key }) => key === 'query'),
      }),
    ]);
  });
});

describe('a template that cannot be made', () => {
  it.each([
    [
      'a mapping of no function',
      { FunctionName: 'nobody', EventSourceArn: 'arn' },
      /Extra\.FunctionName is nobody/,
    ],
    [
      'a mapping of an unknown stream',
      { FunctionName: 'x', EventSourceArn: { Ref: 'Nowhere' } },
      /Extra\.EventSourceArn: refers to Nowhere/,
    ],
  ])('is refused: %s', async (_, Properties, message) => {
    const bad = { Resources: { Extra: { Type: 'AWS::Lambda::EventSourceMapping', Properties } } };
    await expect(createStack(bad, aws, { stackName: 'bad' })).rejects.toThrow(message);
  });

  it('names the resource that the service refused', async () => {
    const bad = {
      Resources: { Bad: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'no keys' } } },
    };
    await expect(createStack(bad, aws, { stackName: 'bad' })).rejects.toThrow(
      /Bad \(AWS::DynamoDB::Table\) was refused: ValidationException/,
    );
  });
});
