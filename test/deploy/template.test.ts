import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CloudFormationRules } from './cloudformation-rules.ts';
import { dangling, references } from './references.ts';
import { packaged } from './service.ts';
import { idsOfType, properties, readTemplate, type Template } from './template.ts';

const rules = new CloudFormationRules();
let template: Template;

beforeAll(async () => {
  template = await readTemplate(await packaged());
});
afterAll(() => {
  rules.free();
});

describe('the compiled template', () => {
  it('names nothing that it does not have', () => {
    expect(references(template).length).toBeGreaterThan(100);
    expect(dangling(template)).toEqual([]);
  });

  it('breaks no rule of CloudFormation', () => {
    expect(rules.faults(template)).toEqual([]);
  });

  it.each([
    ['an unknown property', { VisibilityTimeOut: 3 }],
    ['a wrong type', { VisibilityTimeout: 'long' }],
    ['an attribute that a resource does not have', { QueueName: { 'Fn::GetAtt': ['EventStream', 'Nmae'] } }],
  ])('would be refused with %s', (_, change) => {
    const queue = { Type: 'AWS::SQS::Queue', Properties: change };
    const broken = { ...template, Resources: { ...template.Resources, FailureQueue: queue } };

    expect(rules.faults(broken)).not.toEqual([]);
  });

  it('gives every named resource a name of the stage', () => {
    const name = /^(Table|Topic|Queue|Function|LogGroup)?Name$/;
    const names = Object.values(template.Resources).flatMap((resource) =>
      Object.entries(resource.Properties ?? {}).filter(
        ([key, value]) => name.test(key) && typeof value === 'string',
      ),
    );

    expect(names.length).toBeGreaterThan(15);
    expect(names.filter(([, value]) => !/^(\/aws\/lambda\/)?weir-dev(-|$)/.test(value as string))).toEqual(
      [],
    );
  });

  it('keeps the state of a stack that is removed', () => {
    const kept = Object.entries(template.Resources)
      .filter(([, { DeletionPolicy }]) => DeletionPolicy !== undefined)
      .map(([id, { DeletionPolicy, UpdateReplacePolicy }]) => [id, DeletionPolicy, UpdateReplacePolicy]);

    expect(kept).toEqual(
      ['EventStream', 'AggregatesTable', 'AlertsTable', 'TimersTable'].map((id) => [
        id,
        'RetainExceptOnCreate',
        'Retain',
      ]),
    );
  });

  it.each(['AggregatesTable', 'AlertsTable', 'TimersTable'])('can restore %s to a point in time', (table) => {
    expect(properties(template, table)).toMatchObject({
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  it.each(['AggregatesTable', 'AlertsTable'])(
    'streams the changes of %s and lets its items expire',
    (table) => {
      expect(properties(template, table)).toMatchObject({
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      });
    },
  );

  it('encrypts the stream, the queues and the alerts', () => {
    expect(properties(template, 'EventStream')).toMatchObject({
      StreamEncryption: { EncryptionType: 'KMS' },
    });
    expect(properties(template, 'AlertsTopic')).toMatchObject({ KmsMasterKeyId: 'alias/aws/sns' });
    for (const queue of idsOfType(template, 'AWS::SQS::Queue')) {
      expect(properties(template, queue)).toMatchObject({ SqsManagedSseEnabled: true });
    }
  });

  it('asks every caller of the API for a signature', () => {
    const routes = idsOfType(template, 'AWS::ApiGatewayV2::Route').map((id) => properties(template, id));

    expect(routes.map(({ RouteKey, AuthorizationType }) => [RouteKey, AuthorizationType])).toEqual([
      ['GET /aggregates', 'AWS_IAM'],
      ['GET /aggregates/{aggregate}', 'AWS_IAM'],
      ['GET /alerts', 'AWS_IAM'],
      ['GET /alerts/{alert}/history', 'AWS_IAM'],
      ['POST /alerts/{alert}/acknowledge', 'AWS_IAM'],
      ['GET /silences', 'AWS_IAM'],
      ['POST /silences', 'AWS_IAM'],
      ['DELETE /silences/{id}', 'AWS_IAM'],
    ]);
  });

  it('tells the operators, and only them, of the service’s own trouble', () => {
    const alarms = idsOfType(template, 'AWS::CloudWatch::Alarm').map((id) => properties(template, id));

    expect(alarms.map(({ MetricName }) => MetricName).sort()).toEqual([
      'AlertRulesFailed',
      ...Array<string>(2).fill('ApproximateNumberOfMessagesVisible'),
      ...Array<string>(6).fill('Errors'),
      ...Array<string>(3).fill('IteratorAge'),
      'NumberOfNotificationsFailed',
      'RollupsBeyondRetention',
      ...Array<string>(5).fill('Throttles'),
      'WriteProvisionedThroughputExceeded',
    ]);
    for (const alarm of alarms) {
      expect(alarm).toMatchObject({
        AlarmActions: [{ Ref: 'OperationsTopic' }],
        TreatMissingData: 'notBreaching',
      });
    }
    // CloudWatch cannot publish to a topic that is encrypted with SNS's own key.
    expect(properties(template, 'OperationsTopic')).not.toHaveProperty('KmsMasterKeyId');
  });

  it('says where everything is', () => {
    expect(Object.keys(template.Outputs ?? {})).toEqual(
      expect.arrayContaining([
        'EventStreamName',
        'AlertsTopicArn',
        'OperationsTopicArn',
        'HttpApiUrl',
        'QuarantineQueueUrl',
        'FailureQueueUrl',
        'AggregatesTableName',
        'AlertsTableName',
        'TimersTableName',
      ]),
    );
  });
});
