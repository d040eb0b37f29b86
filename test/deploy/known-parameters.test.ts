import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsOfParameters, RULED } from '../../lib/serverless/parameter-rules.mjs';
import { copyOfService, root, serverless } from './service.ts';

const declared = ['streamMode', 'shards', 'streamRetentionHours', 'logLevel', 'ours'];

function faultsOf(name: string, value: unknown): string[] {
  return faultsOfParameters({ [name]: value }, [...declared, name]);
}

describe('a parameter is taken', () => {
  it.each([
    ['shards', 1],
    ['shards', '20000'],
    ['streamRetentionHours', 24],
    ['streamRetentionHours', '8760'],
    ['batchSize', 10_000],
    ['batchWindowSeconds', '0'],
    ['batchWindowSeconds', 300],
    ['streamMode', 'on-demand'],
    ['apiAuth', 'none'],
    ['tick', 'never'],
    ['redrive', 'by-hand'],
    ['onRemove', 'delete'],
    ['alertEmail', ''],
    ['operationsEmail', 'ops@example.org'],
    ['slackWebhook', ''],
    ['slackWebhook', 'weir/prod/slack'],
    ['teamsWebhook', 'arn:aws:secretsmanager:us-east-1:123456789012:secret:weir/teams-AbCdEf'],
    ['pagerDutyKey', 'weir_pagerduty@prod'],
    ['pagerDutyRegion', 'eu'],
    ['alertmanagerUrl', 'weir.alertmanager'],
    ['alertWebhook', '${env:SECRET}'],
    ['tracing', 'PassThrough'],
    ['logRetentionDays', '3653'],
    ['logRetentionDays', 1],
    ['logLevel', 'SILENT'],
    ['shards', '${env:SHARDS}'],
    ['ours', 'anything'],
  ])('%s=%s', (name, value) => {
    expect(faultsOf(name, value)).toEqual([]);
  });
});

describe('a parameter is refused', () => {
  it.each([
    ['shards', 0, 'a whole number from 1'],
    ['shards', 'zero', 'a whole number from 1'],
    ['shards', '1.5', 'a whole number from 1'],
    ['shards', '', 'a whole number from 1'],
    ['streamRetentionHours', '12', 'a whole number from 24 to 8760'],
    ['streamRetentionHours', 8761, 'a whole number from 24 to 8760'],
    ['batchSize', '0', 'a whole number from 1 to 10000'],
    ['batchSize', '10001', 'a whole number from 1 to 10000'],
    ['batchWindowSeconds', '999', 'a whole number from 0 to 300'],
    ['batchWindowSeconds', '-1', 'a whole number from 0 to 300'],
    ['streamMode', 'ON_DEMAND', 'provisioned or on-demand'],
    ['apiAuth', 'nope', 'aws_iam or none'],
    ['tick', 'off', 'every-minute or never'],
    ['redrive', 'true', 'automatic or by-hand'],
    ['onRemove', 'Delete', 'keep or delete'],
    ['alertEmail', 'ops', "an email address, or '' for none"],
    ['pagerDutyRegion', 'de', 'us or eu'],
    ['tracing', 'active', 'Active or PassThrough'],
    ['logRetentionDays', '8', expect.stringMatching(/^1, 3, 5, .* or 3653$/) as string],
    ['logLevel', 'LOUD', 'TRACE, DEBUG, INFO, WARN, ERROR, CRITICAL or SILENT'],
  ])('%s=%s', (name, value, take) => {
    const [fault = '', ...more] = faultsOf(name, value);

    expect(more).toEqual([]);
    const [given, remedy] = fault.split('; take ');
    expect(given).toBe(`${name} is '${value}'`);
    expect(remedy).toEqual(take);
  });

  it.each([
    ['slackWebhook', 'https://hooks.slack.com/services/T0/B0/XXXX'],
    ['teamsWebhook', 'https://prod-1.westeurope.logic.azure.com:443/workflows/x?sig=y'],
    ['pagerDutyKey', '0123456789abcdef0123456789abcdef'],
    ['alertmanagerUrl', 'https://weir:secret@alertmanager.example.com'],
    ['alertWebhook', 'arn:aws:ssm:us-east-1:123456789012:parameter/weir'],
  ])('%s, if it is the secret itself, which is not shown', (name, value) => {
    expect(faultsOf(name, value)).toEqual([
      `${name} is something else; take the name or the ARN of a secret in Secrets Manager that holds it, or '' for none`,
    ]);
  });

  it.each([
    ['shrads', 'shards'],
    ['loglevel', 'logLevel'],
    ['retentionHours', 'streamRetentionHours'],
  ])('by its name, %s, with the nearest that there is', (name, nearest) => {
    expect(faultsOfParameters({ [name]: 1 }, declared)).toEqual([
      `there is no '${name}'; the nearest is ${nearest}`,
    ]);
  });
});

it('every parameter that serverless.yml declares has a rule', async () => {
  const yaml = await readFile(join(root, 'serverless.yml'), 'utf8');
  const [, section = ''] = /^ {2}default:\n((?: {4}.*\n)+)/m.exec(yaml) ?? [];
  const names = [...section.matchAll(/^ {4}(\w+):/gm)].map(([, name]) => name);

  expect([...RULED].sort()).toEqual(names.sort());
});

describe('the framework', { timeout: 60_000 }, () => {
  let service: string;

  beforeAll(async () => {
    service = await copyOfService();
    const path = join(service, 'serverless.yml');
    const yaml = await readFile(path, 'utf8');
    await writeFile(
      path,
      yaml.replace(
        '\nprovider:',
        '  prod: { batchSize: 0, shards: null }\n  loud: { logLevel: "${sls:stage}" }\n\nprovider:',
      ),
    );
  });
  afterAll(async () => {
    await rm(service, { recursive: true, force: true });
  });

  it('is stopped with all that is wrong, wherever it was set, and no stack trace', async () => {
    const parameters = [
      'shrads=2',
      'streamRetentionHours=12',
      'batchWindowSeconds=999',
      'logRetentionDays=8',
    ];
    const options = parameters.map((parameter) => `--param=${parameter}`);

    const ran = await serverless(service, ['package', '--stage', 'prod', ...options]);

    expect(ran.status).not.toBe(0);
    expect(ran.output).toMatch(
      new RegExp(
        [
          'the parameters cannot be deployed:',
          "streamRetentionHours is '12'; take a whole number from 24 to 8760",
          "batchSize is '0'; take a whole number from 1 to 10000",
          "batchWindowSeconds is '999'; take a whole number from 0 to 300",
          "logRetentionDays is '8'; take 1, 3, .*",
          "there is no 'shrads'; the nearest is shards\n",
        ].join('\n  - '),
      ),
    );
    expect(ran.output).not.toMatch(/^\s+at |Cannot resolve|Configuration error/m);
  });

  it('is stopped before it looks a misspelt choice up', async () => {
    const parameters = ['apiAuth=nope', 'redrive=manual', 'streamMode=ondemand', 'onRemove=x'];
    const options = parameters.map((parameter) => `--param=${parameter}`);

    const ran = await serverless(service, ['package', ...options]);

    expect(ran.status).not.toBe(0);
    expect(ran.output).toContain("streamMode is 'ondemand'; take provisioned or on-demand\n");
    expect(ran.output).toContain("apiAuth is 'nope'; take aws_iam or none\n");
    expect(ran.output).toContain("redrive is 'manual'; take automatic or by-hand\n");
    expect(ran.output).toContain("onRemove is 'x'; take keep or delete\n");
    expect(ran.output).not.toMatch(/^\s+at |Cannot resolve|Configuration error/m);
  });

  it('is stopped by a value that a variable leads to', async () => {
    const ran = await serverless(service, ['package', '--stage', 'loud']);

    expect(ran.status).not.toBe(0);
    expect(ran.output).toContain("logLevel is 'loud'; take ");
  });
});
