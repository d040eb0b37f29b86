import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyOfService, packaged, serverless } from './service.ts';
import { idsOfType, properties, readTemplate, type Template } from './template.ts';

let service: string;

beforeAll(async () => {
  service = await copyOfService();
});
afterAll(async () => {
  await rm(service, { recursive: true, force: true });
});

describe('what a deployer sets', () => {
  let set: Template;
  let unset: Template;

  beforeAll(async () => {
    const parameters = [
      'streamMode=on-demand',
      'streamRetentionHours=48',
      'batchSize=5000',
      'batchWindowSeconds=10',
      'tracing=PassThrough',
      'apiAuth=none',
      'alertEmail=ops@example.org',
      'logRetentionDays=7',
      'logLevel=DEBUG',
      'onRemove=delete',
      'redrive=by-hand',
      'tick=never',
    ].map((parameter) => `--param=${parameter}`);
    const ran = await serverless(service, ['package', '--stage', 'test', ...parameters]);
    expect(ran.output).toContain('Service packaged');
    set = await readTemplate(join(service, '.serverless'));
    unset = await readTemplate(await packaged());
  });

  it('makes the stream scale by itself', () => {
    expect(properties(unset, 'EventStream')).toMatchObject({ ShardCount: 1, RetentionPeriodHours: 24 });
    expect(properties(set, 'EventStream')).toMatchObject({
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
      ShardCount: { Ref: 'AWS::NoValue' },
      RetentionPeriodHours: '48',
    });
  });

  it('gathers bigger batches', () => {
    expect(properties(set, 'AggregateEventSourceMappingKinesisEventStream')).toMatchObject({
      BatchSize: 5000,
      MaximumBatchingWindowInSeconds: 10,
    });
  });

  it('leaves tracing to the caller', () => {
    expect(properties(set, 'AggregateLambdaFunction')).toMatchObject({
      TracingConfig: { Mode: 'PassThrough' },
    });
  });

  it('opens the API', () => {
    const routes = idsOfType(set, 'AWS::ApiGatewayV2::Route').map(
      (id) => properties(set, id).AuthorizationType,
    );

    expect(routes).toEqual(Array<string>(8).fill('NONE'));
  });

  it('subscribes an address to alerts, and none when there is none', () => {
    const hasEmail = (address: string): object => ({ 'Fn::Not': [{ 'Fn::Equals': [address, ''] }] });

    expect(unset.Conditions).toMatchObject({ HasAlertEmail: hasEmail(''), HasOperationsEmail: hasEmail('') });
    expect(set.Conditions).toMatchObject({ HasAlertEmail: hasEmail('ops@example.org') });
    expect(set.Resources.AlertEmail).toMatchObject({
      Condition: 'HasAlertEmail',
      Properties: { Protocol: 'email', Endpoint: 'ops@example.org', TopicArn: { Ref: 'AlertsTopic' } },
    });
  });

  it('sets the retention and the level of the logs', () => {
    expect(properties(set, 'NotifyLogGroup')).toMatchObject({ RetentionInDays: 7 });
    expect(properties(set, 'NotifyLambdaFunction')).toMatchObject({
      Environment: { Variables: { POWERTOOLS_LOG_LEVEL: 'DEBUG' } },
    });
  });

  it('leaves what Lambda gave up on to the operators, and what is due to the next record', () => {
    const stateOf = (template: Template): unknown[] =>
      idsOfType(template, 'AWS::Events::Rule').map((id) => properties(template, id).State);

    expect(stateOf(unset)).toEqual(['ENABLED', 'ENABLED']);
    expect(stateOf(set)).toEqual(['DISABLED', 'DISABLED']);
  });

  it('lets the state go with the stack', () => {
    for (const id of ['EventStream', 'AggregatesTable', 'AlertsTable', 'TimersTable']) {
      expect(set.Resources[id]).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
    }
  });

  it('names nothing as another stage does', () => {
    const names = (template: Template): unknown[] =>
      Object.values(template.Resources).flatMap(({ Type, Properties = {} }) => {
        const { Name, TableName, TopicName, QueueName, FunctionName, LogGroupName } = Properties;
        const given = Type === 'AWS::Lambda::Function' ? [FunctionName] : [];
        return [...given, Name, TableName, TopicName, QueueName, LogGroupName].filter(
          (name) => name !== undefined,
        );
      });

    expect(names(unset)).toHaveLength(21);
    expect(names(set).filter((name) => names(unset).includes(name))).toEqual([]);
  });
});
