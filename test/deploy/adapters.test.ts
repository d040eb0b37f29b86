import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { firing, snsEvent } from '../adapters/messages.ts';
import { startReceiver, type Receiver } from '../adapters/receiver.ts';
import { faultsOf } from '../adapters/schemas.ts';
import { CloudFormationRules } from './cloudformation-rules.ts';
import { isIamAction } from './iam-actions.ts';
import { dangling } from './references.ts';
import { copyOfService, packaged, serverless } from './service.ts';
import { idsOfType, properties, readTemplate, type Template } from './template.ts';
import { unzip } from './zip.ts';

const run = promisify(execFile);

/** Each adapter's function, parameter and environment variable. */
const adapters = [
  ['slack', 'slackWebhook', 'SLACK_WEBHOOK', 'slack'],
  ['teams', 'teamsWebhook', 'TEAMS_WEBHOOK', 'teams'],
  ['alertmanager', 'alertmanagerUrl', 'ALERTMANAGER_URL', 'alertmanager'],
  ['webhook', 'alertWebhook', 'ALERT_WEBHOOK', 'alertmanagerWebhook'],
  ['pagerduty', 'pagerDutyKey', 'PAGERDUTY_KEY', 'pagerDuty'],
] as const;
const functions = adapters.map(([name]) => name);

let service: string;
let template: Template;

beforeAll(async () => {
  service = await copyOfService();
  const parameters = adapters.map(([name, parameter]) => `--param=${parameter}=weir/${name}`);
  const ran = await serverless(service, ['package', ...parameters, '--param=pagerDutyRegion=eu']);
  expect(ran.output).toContain('Service packaged');
  template = await readTemplate(join(service, '.serverless'));
}, 60_000);
afterAll(async () => {
  await rm(service, { recursive: true, force: true });
});

function idOf(name: string): string {
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}LambdaFunction`;
}

describe('adapters whose parameters are not set', () => {
  it('are not deployed, nor what they need', async () => {
    const unset = await readTemplate(await packaged());

    expect(Object.keys(unset.Resources).filter((id) => functions.map(idOf).includes(id))).toEqual([]);
    expect(idsOfType(unset, 'AWS::SNS::Subscription')).toEqual(['AlertEmail', 'OperationsEmail']);
    expect(Object.keys(unset.Resources).filter((id) => /^(Adapter|Undelivered)/.test(id))).toEqual([]);
    expect(unset.Outputs).not.toHaveProperty('UndeliveredQueueUrl');
  });

  it('are left out one by one', { timeout: 60_000 }, async () => {
    const other = await copyOfService();
    try {
      const ran = await serverless(other, ['package', '--param=pagerDutyKey=weir/pagerduty']);
      expect(ran.status, ran.output).toBe(0);
      const one = await readTemplate(join(other, '.serverless'));

      expect(functions.filter((name) => idOf(name) in one.Resources)).toEqual(['pagerduty']);
      expect(properties(one, 'PagerdutyLambdaFunction').Environment).toMatchObject({
        Variables: { PAGERDUTY_REGION: 'us' },
      });
      expect(dangling(one)).toEqual([]);
      expect(one.Outputs).toHaveProperty('UndeliveredQueueUrl');
    } finally {
      await rm(other, { recursive: true, force: true });
    }
  });
});

describe('adapters whose parameters are set', () => {
  it('make a template that CloudFormation takes', () => {
    const rules = new CloudFormationRules();
    try {
      expect(dangling(template)).toEqual([]);
      expect(rules.faults(template)).toEqual([]);
    } finally {
      rules.free();
    }
  });

  it.each(adapters)('give %s the secret that %s names, and no right but its own', (name, _, variable) => {
    const { Environment, Role, Timeout } = properties(template, idOf(name));

    expect(Environment).toMatchObject({
      Variables: { [variable]: `{{resolve:secretsmanager:weir/${name}}}` },
    });
    expect(Role).toEqual({ 'Fn::GetAtt': ['AdapterRole', 'Arn'] });
    expect(Timeout).toBe(60);
  });

  it('tell PagerDuty in its region', () => {
    expect(properties(template, 'PagerdutyLambdaFunction').Environment).toMatchObject({
      Variables: { PAGERDUTY_REGION: 'eu' },
    });
  });

  it.each(functions)('subscribe %s to the alerts, and let SNS alone call it', (name) => {
    const target = { 'Fn::GetAtt': [idOf(name), 'Arn'] };
    const all = (type: string): unknown[] => idsOfType(template, type).map((id) => properties(template, id));

    expect(all('AWS::SNS::Subscription')).toContainEqual({
      TopicArn: { Ref: 'AlertsTopic' },
      Protocol: 'lambda',
      Endpoint: target,
    });
    expect(all('AWS::Lambda::Permission')).toContainEqual({
      FunctionName: target,
      Action: 'lambda:InvokeFunction',
      Principal: 'sns.amazonaws.com',
      SourceArn: { Ref: 'AlertsTopic' },
    });
  });

  it.each(functions)('keep what %s could not deliver', (name) => {
    const configs = idsOfType(template, 'AWS::Lambda::EventInvokeConfig').map((id) =>
      properties(template, id),
    );

    expect(configs).toContainEqual({
      FunctionName: { Ref: idOf(name) },
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 21_600,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['UndeliveredQueue', 'Arn'] } } },
    });
  });

  it('tell the operators of what was not delivered', () => {
    expect(properties(template, 'UndeliveredNotEmpty')).toMatchObject({
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['UndeliveredQueue', 'QueueName'] } }],
      AlarmActions: [{ Ref: 'OperationsTopic' }],
    });
  });

  it('may log, trace and send to their queue, and nothing else', () => {
    const [{ PolicyDocument: policy }] = properties(template, 'AdapterRole').Policies as [
      { PolicyDocument: { Statement: readonly { Action: string | string[]; Resource: unknown }[] } },
    ];
    const actions = policy.Statement.flatMap(({ Action }) => Action);

    expect(actions.filter((action) => !isIamAction(action))).toEqual([]);
    expect(actions.sort()).toEqual([
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'sqs:SendMessage',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
    expect(policy.Statement.find(({ Action }) => Action === 'sqs:SendMessage')?.Resource).toEqual({
      'Fn::GetAtt': ['UndeliveredQueue', 'Arn'],
    });
    const logs = policy.Statement.find(({ Action }) => Action.includes('logs:PutLogEvents'))?.Resource;
    expect(logs).toHaveLength(functions.length);
    for (const name of functions) {
      expect(JSON.stringify(logs)).toContain(`:log-group:/aws/lambda/weir-dev-${name}:*`);
      expect(properties(template, idOf(name)).FunctionName).toBe(`weir-dev-${name}`);
    }
  });
});

describe('the archives of adapters', () => {
  let receiver: Receiver;
  let scratch: string;

  beforeAll(async () => {
    receiver = await startReceiver();
    // Outside the project, so that a bundle finds no node_modules to lean on.
    scratch = await mkdtemp(join(tmpdir(), 'weir-adapters-'));
  });
  afterAll(async () => {
    await receiver.close();
    await rm(scratch, { recursive: true, force: true });
  });
  beforeEach(() => {
    receiver.answer();
  });

  /** Invokes a function's archive as Lambda would, in a process of its own. Returns what it printed. */
  async function invoke(name: string, settings: Record<string, string>, event: unknown): Promise<string> {
    const home = join(scratch, name);
    for (const [file, content] of unzip(await readFile(join(service, `.serverless/${name}.zip`)))) {
      await mkdir(dirname(join(home, file)), { recursive: true });
      await writeFile(join(home, file), content);
    }
    const script = `
      const { handler } = await import('./functions/${name}.mjs');
      const context = { functionName: '${name}', awsRequestId: 'r', getRemainingTimeInMillis: () => 8000 };
      await handler(${JSON.stringify(event)}, context).then(
        () => console.log('took it'),
        (error) => console.log('threw', error.name),
      );
      process.exit();`;
    const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '-e', script], {
      cwd: home,
      env: {
        PATH: process.env.PATH,
        POWERTOOLS_SERVICE_NAME: 'weir',
        POWERTOOLS_METRICS_NAMESPACE: 'weir',
        AWS_LAMBDA_FUNCTION_NAME: name,
        ...settings,
      },
    });
    return stdout + stderr;
  }

  const overHttp = adapters.filter(([name]) => name !== 'pagerduty');

  it.each(overHttp)('post what an event of SNS brings: %s', async (name, _, variable, schema) => {
    const printed = await invoke(name, { [variable]: receiver.url }, snsEvent(firing));

    expect(printed).toContain('took it');
    expect(printed).toContain('"AlertsForwarded":1');
    expect(receiver.received).toHaveLength(1);
    expect(faultsOf(schema, receiver.received[0]?.body)).toEqual([]);
  });

  it('try again while there is time', async () => {
    receiver.answer({ status: 500 }, { status: 429, headers: { 'retry-after': '1' } }, { status: 200 });

    const printed = await invoke('slack', { SLACK_WEBHOOK: receiver.url }, snsEvent(firing));

    expect(printed).toContain('took it');
    expect(receiver.received).toHaveLength(3);
  });

  it('throw, and log why and not where to, when a message is refused', async () => {
    receiver.answer({ status: 404, text: 'no_service' });

    const printed = await invoke('slack', { SLACK_WEBHOOK: receiver.url }, snsEvent(firing));

    expect(printed).toContain('threw RefusedError');
    expect(printed).toMatch(/"level":"ERROR".*refused the message: 404 no_service/);
    expect(printed).toContain('"AlertsNotForwarded":1');
    expect(printed).not.toContain('/hook/secret');
  });

  it('throw, and log why, when an event holds no message', async () => {
    const printed = await invoke('teams', { TEAMS_WEBHOOK: receiver.url }, snsEvent('hello'));

    expect(printed).toContain('threw MessageError');
    expect(printed).toMatch(/"level":"ERROR".*message m0 is not JSON/);
    expect(receiver.received).toEqual([]);
  });

  it('of PagerDuty goes without a key nowhere', async () => {
    await expect(invoke('pagerduty', { PAGERDUTY_REGION: 'eu' }, snsEvent(firing))).rejects.toThrow(
      'the environment variable PAGERDUTY_KEY is not set',
    );
  });
});
