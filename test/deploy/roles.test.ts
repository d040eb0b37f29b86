import { beforeAll, describe, expect, it } from 'vitest';
import { isIamAction } from './iam-actions.ts';
import { packaged } from './service.ts';
import { idsOfType, properties, readTemplate, type Template } from './template.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}
interface Policy {
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
}

const queues = { 'QuarantineQueue.Arn': ['sqs:SendMessage'], 'FailureQueue.Arn': ['sqs:SendMessage'] };
const traces = { '*': ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'] };
const logs = ['logs:CreateLogStream', 'logs:PutLogEvents'];
const tableStream = [
  'dynamodb:DescribeStream',
  'dynamodb:GetRecords',
  'dynamodb:GetShardIterator',
  'dynamodb:ListStreams',
];
const taken = [
  'sqs:ChangeMessageVisibility',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:ReceiveMessage',
];
const items = ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'];
const timers = ['dynamodb:BatchWriteItem', 'dynamodb:DeleteItem', 'dynamodb:Query'];

/** All that each function may do, by resource. */
const grants: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  Aggregate: {
    ...traces,
    ...queues,
    'AggregateLogGroup.Arn': logs,
    'EventStream.Arn': [
      'kinesis:DescribeStream',
      'kinesis:DescribeStreamSummary',
      'kinesis:GetRecords',
      'kinesis:GetShardIterator',
      'kinesis:ListShards',
    ],
    'AggregatesTable.Arn': ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:PutItem'],
  },
  Evaluate: {
    ...traces,
    ...queues,
    'EvaluateLogGroup.Arn': logs,
    'AggregatesTable.StreamArn': tableStream,
    'AggregatesTable.Arn': items,
    'AlertsTable.Arn': items,
    'TimersTable.Arn': timers,
  },
  Tick: {
    ...traces,
    'TickLogGroup.Arn': logs,
    'QuarantineQueue.Arn': ['sqs:SendMessage'],
    'EventStream.Arn': ['kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'],
    'AggregatesTable.Arn': items,
    'AlertsTable.Arn': items,
    'TimersTable.Arn': timers,
  },
  Notify: {
    ...traces,
    ...queues,
    'NotifyLogGroup.Arn': logs,
    'AlertsTable.StreamArn': tableStream,
    'AggregatesTable.Arn': ['dynamodb:GetItem', 'dynamodb:Query'],
    'AlertsTable.Arn': ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
    'TimersTable.Arn': ['dynamodb:BatchWriteItem'],
    AlertsTopic: ['sns:Publish'],
  },
  Redrive: {
    ...traces,
    'RedriveLogGroup.Arn': logs,
    'FailureQueue.Arn': taken,
    'QuarantineQueue.Arn': [...taken, 'sqs:SendMessage'],
    'EventStream.Arn': ['kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'],
    'AggregatesTable.StreamArn': [
      'dynamodb:DescribeStream',
      'dynamodb:GetRecords',
      'dynamodb:GetShardIterator',
    ],
    'AlertsTable.StreamArn': ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
    'AggregatesTable.Arn': ['dynamodb:BatchGetItem', ...items],
    'AlertsTable.Arn': items,
    'TimersTable.Arn': timers,
    AlertsTopic: ['sns:Publish'],
  },
  Query: {
    ...traces,
    'QueryLogGroup.Arn': logs,
    'AggregatesTable.Arn': ['dynamodb:GetItem', 'dynamodb:Query'],
    'AlertsTable.Arn': ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'],
    'TimersTable.Arn': ['dynamodb:BatchWriteItem'],
  },
};

let template: Template;

beforeAll(async () => {
  template = await readTemplate(await packaged());
});

function statements(role: string): Statement[] {
  const policies = properties(template, role).Policies as readonly Policy[];
  return policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

function nameOf(resource: unknown): string {
  if (typeof resource === 'string') return resource;
  const { Ref, 'Fn::GetAtt': attribute } = resource as { Ref?: string; 'Fn::GetAtt'?: readonly string[] };
  return Ref ?? attribute?.join('.') ?? JSON.stringify(resource);
}

function granted(role: string): Record<string, string[]> {
  const byResource: Record<string, string[]> = {};
  for (const { Action, Resource } of statements(role)) {
    for (const resource of [Resource].flat()) (byResource[nameOf(resource)] ??= []).push(...[Action].flat());
  }
  for (const actions of Object.values(byResource)) actions.sort();
  return byResource;
}

describe('the roles', () => {
  it('are one for each function, and no other', () => {
    expect(idsOfType(template, 'AWS::IAM::Role')).toEqual(Object.keys(grants).map((name) => `${name}Role`));
    for (const name of Object.keys(grants)) {
      expect(properties(template, `${name}LambdaFunction`).Role).toEqual({
        'Fn::GetAtt': [`${name}Role`, 'Arn'],
      });
    }
  });

  it.each(Object.entries(grants))('lets %s do what it needs, and nothing else', (name, expected) => {
    const role = `${name}Role`;

    expect(granted(role)).toEqual(expected);
    expect(statements(role).every(({ Effect }) => Effect === 'Allow')).toBe(true);
    expect(properties(template, role)).not.toHaveProperty('ManagedPolicyArns');
  });

  it('lets Query write what people say of alerts alone', () => {
    const puts = statements('QueryRole').filter(({ Action }) => [Action].flat().includes('dynamodb:PutItem'));

    expect(puts).toMatchObject([
      {
        Condition: {
          'ForAllValues:StringLike': {
            'dynamodb:LeadingKeys': ['#silences', '#acknowledged|*', '#history|*'],
          },
        },
      },
    ]);
  });

  it.each(Object.keys(grants))('grants %s no action that IAM does not know', (name) => {
    const actions = Object.values(granted(`${name}Role`)).flat();

    expect(actions.filter((action) => !isIamAction(action))).toEqual([]);
  });

  it('are for Lambda alone to assume', () => {
    for (const role of idsOfType(template, 'AWS::IAM::Role')) {
      expect(properties(template, role).AssumeRolePolicyDocument).toMatchObject({
        Statement: [{ Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      });
    }
  });
});

describe('an IAM action', () => {
  it.each(['dynamodb:PutItems', 'dynamodb:*', 'kinesis:Read', 'putitem', 's3:GetObject', 'xray:*'])(
    'is not %s',
    (action) => {
      expect(isIamAction(action)).toBe(false);
    },
  );
});
