import { beforeAll, describe, expect, it } from 'vitest';
import { packaged } from './service.ts';
import { idsOfType, properties, readTemplate, type Template } from './template.ts';

const common = {
  POWERTOOLS_SERVICE_NAME: 'weir',
  POWERTOOLS_METRICS_NAMESPACE: 'weir-dev',
  POWERTOOLS_LOG_LEVEL: 'INFO',
  NODE_OPTIONS: '--enable-source-maps --max-semi-space-size=64',
};
const quarantine = { QUARANTINE_QUEUE_URL: { Ref: 'QuarantineQueue' } };
const aggregates = { AGGREGATES_TABLE: { Ref: 'AggregatesTable' } };
const alerts = { ALERTS_TABLE: { Ref: 'AlertsTable' } };
const timers = { TIMERS_TABLE: { Ref: 'TimersTable' } };
const streams = { EVENT_STREAM_ARNS: { 'Fn::Join': [',', [{ 'Fn::GetAtt': ['EventStream', 'Arn'] }]] } };
const messages = {
  ALERT_TOPICS: { 'Fn::Join': [',', [{ 'Fn::Join': ['=', ['alerts', { Ref: 'AlertsTopic' }]] }]] },
  API_URL: { 'Fn::GetAtt': ['HttpApi', 'ApiEndpoint'] },
  STAGE_OPTIONS: '--stage dev --service weir --region us-east-1',
};

/** All that each function is told of the stack. */
const environments = {
  Aggregate: { ...common, ...quarantine, ...aggregates },
  Evaluate: { ...common, ...quarantine, ...aggregates, ...alerts, ...timers },
  Tick: { ...common, ...quarantine, ...aggregates, ...alerts, ...timers, ...streams },
  Notify: { ...common, ...quarantine, ...aggregates, ...alerts, ...timers, ...messages },
  Redrive: {
    ...common,
    ...quarantine,
    ...aggregates,
    ...alerts,
    ...timers,
    ...streams,
    ...messages,
    FAILURE_QUEUE_URL: { Ref: 'FailureQueue' },
  },
  Query: { ...common, ...aggregates, ...alerts, ...timers },
};

/** Which stream each mapping reads. */
const sources = {
  Aggregate: ['EventStream', 'Arn'],
  Evaluate: ['AggregatesTable', 'StreamArn'],
  Notify: ['AlertsTable', 'StreamArn'],
};

let template: Template;

beforeAll(async () => {
  template = await readTemplate(await packaged());
});

function mappingOf(name: string): Readonly<Record<string, unknown>> {
  const target = JSON.stringify({ 'Fn::GetAtt': [`${name}LambdaFunction`, 'Arn'] });
  const mappings = idsOfType(template, 'AWS::Lambda::EventSourceMapping').map((id) =>
    properties(template, id),
  );
  return mappings.find(({ FunctionName }) => JSON.stringify(FunctionName) === target) ?? {};
}

describe('the functions', () => {
  it('are the six of the service', () => {
    expect(idsOfType(template, 'AWS::Lambda::Function')).toEqual(
      Object.keys(environments).map((name) => `${name}LambdaFunction`),
    );
  });

  it.each(Object.entries(environments))('tells %s what it needs, and nothing else', (name, variables) => {
    expect(properties(template, `${name}LambdaFunction`).Environment).toEqual({ Variables: variables });
  });

  it.each(Object.keys(environments))('runs %s traced, on the runtime the tests know', (name) => {
    expect(properties(template, `${name}LambdaFunction`)).toMatchObject({
      Runtime: 'nodejs22.x',
      Architectures: ['arm64'],
      TracingConfig: { Mode: 'Active' },
      Handler: `functions/${name.toLowerCase()}.handler`,
    });
  });

  it.each(Object.keys(environments))(
    'keeps the logs of %s for a month, in a group made beforehand',
    (name) => {
      expect(properties(template, `${name}LogGroup`)).toEqual({
        LogGroupName: `/aws/lambda/weir-dev-${name.toLowerCase()}`,
        RetentionInDays: 30,
      });
      expect(template.Resources[`${name}LambdaFunction`]?.DependsOn).toContain(`${name}LogGroup`);
    },
  );

  // What is not known to notify is told to nobody.
  it.each(['Evaluate', 'Tick'])('lets notify know the rules before %s does', (name) => {
    expect(template.Resources[`${name}LambdaFunction`]?.DependsOn).toContain('NotifyLambdaFunction');
  });

  it('leaves no log group to be kept for ever', () => {
    for (const group of idsOfType(template, 'AWS::Logs::LogGroup')) {
      expect(properties(template, group)).toHaveProperty('RetentionInDays');
    }
  });
});

describe('what comes by the clock', () => {
  it.each([
    ['Tick', 'rate(1 minute)'],
    ['Redrive', 'rate(10 minutes)'],
  ])('is %s, at a %s, on behalf of EventBridge alone', (name, rate) => {
    const target = { 'Fn::GetAtt': [`${name}LambdaFunction`, 'Arn'] };
    const [rule = '', ...more] = idsOfType(template, 'AWS::Events::Rule').filter((id) =>
      JSON.stringify(properties(template, id).Targets).includes(JSON.stringify(target)),
    );

    expect(more).toEqual([]);
    expect(properties(template, rule)).toMatchObject({
      ScheduleExpression: rate,
      State: 'ENABLED',
      Targets: [{ Arn: target }],
    });
    const permissions = idsOfType(template, 'AWS::Lambda::Permission').map((id) => properties(template, id));
    expect(permissions).toContainEqual({
      FunctionName: target,
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': [rule, 'Arn'] },
    });
  });

  it('is nothing else', () => {
    expect(idsOfType(template, 'AWS::Events::Rule')).toHaveLength(2);
  });

  it('is not brought again by Lambda, as the next tick makes up for one that failed', () => {
    const [id = '', ...more] = idsOfType(template, 'AWS::Lambda::EventInvokeConfig');

    expect(more).toEqual([]);
    expect(properties(template, id)).toMatchObject({
      FunctionName: { Ref: 'TickLambdaFunction' },
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
  });
});

describe('the redrive', () => {
  it.each(['FailureQueue', 'QuarantineQueue'])(
    'hides what it took of %s for as long as it may run',
    (queue) => {
      const { Timeout: timeout } = properties(template, 'RedriveLambdaFunction');

      expect(timeout).toBe(900);
      expect(properties(template, queue).VisibilityTimeout).toBeGreaterThanOrEqual(timeout as number);
    },
  );

  it('has some runs before anybody is told that a message waits', () => {
    const { Period, DatapointsToAlarm } = properties(template, 'FailuresWaiting');

    expect((Period as number) * (DatapointsToAlarm as number)).toBeGreaterThanOrEqual(3 * 600);
  });
});

describe('the event source mappings', () => {
  it('are one for each function that polls', () => {
    expect(idsOfType(template, 'AWS::Lambda::EventSourceMapping')).toHaveLength(Object.keys(sources).length);
  });

  it.each(Object.entries(sources))('lose nothing on the way to %s', (name, source) => {
    expect(mappingOf(name)).toMatchObject({
      EventSourceArn: { 'Fn::GetAtt': source },
      Enabled: true,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['FailureQueue', 'Arn'] } } },
      MaximumRetryAttempts: -1,
      ParallelizationFactor: 1,
    });
  });

  it.each(Object.keys(sources))('start %s where Lambda can', (name) => {
    const { StartingPosition, StartingPositionTimestamp } = mappingOf(name);

    expect(['TRIM_HORIZON', 'LATEST', 'AT_TIMESTAMP']).toContain(StartingPosition);
    expect(StartingPositionTimestamp !== undefined).toBe(StartingPosition === 'AT_TIMESTAMP');
  });

  // Lambda takes -1, or 60 to 604,800 s; and what it gives up on must still be in the stream to be redriven.
  it.each(Object.keys(sources))('give up on a record for %s while it can still be read', (name) => {
    const retentionHours = properties(template, 'EventStream').RetentionPeriodHours as number;
    const { MaximumRecordAgeInSeconds: age } = mappingOf(name);

    expect(age).toBeGreaterThanOrEqual(60);
    expect(age).toBeLessThanOrEqual((Math.min(retentionHours, 24) * 3600) / 2);
  });

  it('gather a second of records, and no alert waits to be sent', () => {
    expect(mappingOf('Aggregate')).toMatchObject({ BatchSize: 1000, MaximumBatchingWindowInSeconds: 1 });
    expect(mappingOf('Notify')).toMatchObject({ MaximumBatchingWindowInSeconds: 0 });
  });
});
