import type { Template, TemplateResource } from '../../../lib/local/stack/template.ts';
import { parseTemplate } from '../../../lib/local/stack/template.ts';

const keys = {
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
  ],
  BillingMode: 'PAY_PER_REQUEST',
};
const streamed = {
  ...keys,
  StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
  TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
};

function lambda(key: string, variables: Record<string, unknown>): TemplateResource {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Code: {
        S3Bucket: { Ref: 'ServerlessDeploymentBucket' },
        S3Key: `serverless/weir/dev/1-2026/${key}.zip`,
      },
      Handler: `functions/${key}.handler`,
      Runtime: 'nodejs22.x',
      FunctionName: `weir-dev-${key}`,
      MemorySize: 512,
      Timeout: 30,
      ReservedConcurrentExecutions: '2',
      TracingConfig: { Mode: 'Active' },
      Role: { 'Fn::GetAtt': [`Role`, 'Arn'] },
      Environment: { Variables: { POWERTOOLS_SERVICE_NAME: 'weir', ...variables } },
    },
    DependsOn: ['LogGroup'],
  };
}

const resources: Readonly<Record<string, TemplateResource>> = {
  AggregateLambdaFunction: lambda('aggregate', {
    STREAM_NAME: { Ref: 'EventStream' },
    AGGREGATES_TABLE: { Ref: 'AggregatesTable' },
    QUARANTINE_QUEUE_URL: { Ref: 'QuarantineQueue' },
  }),
  NotifyLambdaFunction: lambda('notify', { ALERTS_TOPIC_ARN: { Ref: 'AlertsTopic' } }),
  QueryLambdaFunction: lambda('query', { AGGREGATES_TABLE: { Ref: 'AggregatesTable' } }),
  AggregateEventSourceMappingKinesisEventStream: {
    Type: 'AWS::Lambda::EventSourceMapping',
    DependsOn: ['Role'],
    Properties: {
      BatchSize: '1000',
      Enabled: true,
      EventSourceArn: { 'Fn::GetAtt': ['EventStream', 'Arn'] },
      FunctionName: { 'Fn::GetAtt': ['AggregateLambdaFunction', 'Arn'] },
      StartingPosition: 'TRIM_HORIZON',
      MaximumBatchingWindowInSeconds: 1,
      BisectBatchOnFunctionError: 'true',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['FailureQueue', 'Arn'] } } },
    },
  },
  NotifyEventSourceMappingDynamodbAlertsTable: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: { 'Fn::GetAtt': 'AlertsTable.StreamArn' },
      FunctionName: { Ref: 'NotifyLambdaFunction' },
      StartingPosition: 'TRIM_HORIZON',
    },
  },
  NotifyEventSourceMappingKinesisEventStream: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: { Ref: 'EventStreamConsumer' },
      FunctionName: { Ref: 'NotifyLambdaFunction' },
      StartingPosition: 'LATEST',
    },
  },
  HttpApi: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'dev-weir', ProtocolType: 'HTTP' } },
  HttpApiIntegrationQuery: {
    Type: 'AWS::ApiGatewayV2::Integration',
    Properties: {
      ApiId: { Ref: 'HttpApi' },
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: { 'Fn::GetAtt': ['QueryLambdaFunction', 'Arn'] },
      PayloadFormatVersion: '2.0',
    },
  },
  HttpApiRouteGetAggregates: {
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: {
      ApiId: { Ref: 'HttpApi' },
      RouteKey: 'GET /aggregates/{aggregate}',
      Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'HttpApiIntegrationQuery' }]] },
    },
    DependsOn: 'HttpApiIntegrationQuery',
  },
  ServerlessDeploymentBucket: { Type: 'AWS::S3::Bucket' },
  Role: {
    Type: 'AWS::IAM::Role',
    Properties: { Policies: [{ 'Fn::Transform': 'is not evaluated, as a role is only a name' }] },
  },
  LogGroup: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/aws/lambda/weir-dev-aggregate' } },
  AlarmSubscription: {
    Type: 'AWS::SNS::Subscription',
    Properties: { Protocol: 'email', TopicArn: { Ref: 'AlertsTopic' }, Endpoint: 'ops@example.org' },
  },
  AlertsToInbox: {
    Type: 'AWS::SNS::Subscription',
    Properties: {
      Protocol: 'sqs',
      TopicArn: { Ref: 'AlertsTopic' },
      Endpoint: { 'Fn::GetAtt': ['Inbox', 'Arn'] },
      RawMessageDelivery: true,
    },
  },
  EventStream: { Type: 'AWS::Kinesis::Stream', Properties: { ShardCount: 3, RetentionPeriodHours: 48 } },
  EventStreamConsumer: {
    Type: 'AWS::Kinesis::StreamConsumer',
    Properties: { ConsumerName: 'fan-out', StreamARN: { 'Fn::GetAtt': ['EventStream', 'Arn'] } },
  },
  AggregatesTable: {
    Type: 'AWS::DynamoDB::Table',
    Properties: { ...streamed, TableName: { 'Fn::Sub': '${AWS::StackName}-aggregates' } },
  },
  AlertsTable: { Type: 'AWS::DynamoDB::Table', Properties: streamed },
  TimersTable: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      ...keys,
      AttributeDefinitions: [...keys.AttributeDefinitions, { AttributeName: 'due', AttributeType: 'N' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byDue',
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'due', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    },
  },
  AlertsTopic: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: 'Alerts' } },
  QuarantineQueue: {
    Type: 'AWS::SQS::Queue',
    Properties: {
      VisibilityTimeout: 45,
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['FailureQueue', 'Arn'] }, maxReceiveCount: 3 },
    },
  },
  FailureQueue: { Type: 'AWS::SQS::Queue', Properties: { MessageRetentionPeriod: 1_209_600 } },
  Inbox: { Type: 'AWS::SQS::Queue' },
  Unheard: { Type: 'AWS::Cassandra::Keyspace' },
  ProductionOnly: { Type: 'AWS::SQS::Queue', Condition: 'IsProduction' },
};

/** A template of the form that `serverless package` compiles, with resources before those that they refer to. */
export const template: Template = parseTemplate({
  Conditions: { IsProduction: { 'Fn::Equals': [{ Ref: 'AWS::StackName' }, 'weir-production'] } },
  Resources: resources,
});
