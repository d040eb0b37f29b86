import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyOfService, serverless, type Ran } from './service.ts';
import { startAwsStub, type AwsStub } from './stub/server.ts';
import { bucketOf } from './stub/cloudformation.ts';
import { readTemplate } from './template.ts';

const stack = 'weir-dev';
let stub: AwsStub;
let service: string;

function run(...command: string[]): Promise<Ran> {
  return serverless(service, command, {
    AWS_ENDPOINT_URL: stub.url,
    AWS_ACCESS_KEY_ID: 'weir',
    AWS_SECRET_ACCESS_KEY: 'weir',
    AWS_REGION: 'us-east-1',
    SLS_AWS_MONITORING_FREQUENCY: '10',
  });
}

beforeAll(async () => {
  [stub, service] = await Promise.all([startAwsStub(), copyOfService()]);
});
afterAll(async () => {
  await stub.close();
  await rm(service, { recursive: true, force: true });
});

/** What was uploaded, by file name. A deployment's directory is dated. */
function uploads(): Map<string, Buffer> {
  const objects = [...stub.buckets.objects(bucketOf(stack))];
  return new Map(objects.map(([key, { body }]) => [key.split('/').at(-1) ?? '', body]));
}

// The steps of one stage's life, in order, against one stub.
describe('a deployment', { timeout: 60_000 }, () => {
  it('completes', async () => {
    const ran = await run('deploy');

    expect(ran.status, ran.output).toBe(0);
    expect(ran.output).toContain(`Service deployed to stack ${stack}`);
  });

  it('asks AWS for nothing that the stub has to make up', () => {
    // What is not there yet is told by a refusal.
    const expected = [/DescribeStacks: .* does not exist/, /GetFunction: .* no function/];

    expect(stub.refused.filter((reason) => !expected.some((pattern) => pattern.test(reason)))).toEqual([]);
  });

  it('uploads what was packaged: the template and an archive for each function', async () => {
    const packaged = join(service, '.serverless');

    const uploaded = uploads();

    expect([...uploaded.keys()].sort()).toEqual([
      'aggregate.zip',
      'compiled-cloudformation-template.json',
      'evaluate.zip',
      'notify.zip',
      'query.zip',
      'redrive.zip',
      'serverless-state.json',
      'tick.zip',
    ]);
    expect(JSON.parse(String(uploaded.get('compiled-cloudformation-template.json')))).toEqual(
      await readTemplate(packaged),
    );
    for (const archive of [...uploaded.keys()].filter((name) => name.endsWith('.zip'))) {
      expect(uploaded.get(archive)?.equals(await readFile(join(packaged, archive))), archive).toBe(true);
    }
  });

  it('makes the bucket first and then, by one change set, everything else', () => {
    const [first, second, ...more] = stub.cloudFormation.changeSets;

    expect(more).toEqual([]);
    expect(first).toMatchObject({ type: 'CREATE', templateUrl: undefined });
    expect(Object.keys(first?.template.Resources ?? {})).toEqual([
      'ServerlessDeploymentBucket',
      'ServerlessDeploymentBucketPolicy',
    ]);
    expect(second).toMatchObject({
      type: 'UPDATE',
      capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
      tags: { service: 'weir', stage: 'dev' },
    });
    expect(second?.templateUrl).toMatch(
      new RegExp(
        `^https://s3\\.amazonaws\\.com/${bucketOf(stack)}/serverless/weir/dev/.*/compiled-cloudformation-template.json$`,
      ),
    );
    expect(stub.cloudFormation.stacks.get(stack)?.template).toEqual(second?.template);
  });

  it('tells afterwards where everything is', async () => {
    const ran = await run('info', '--verbose');

    expect(ran.status, ran.output).toBe(0);
    expect(ran.output).toContain('EventStreamName: https://stub.example/EventStreamName');
    expect(ran.output).toContain('HttpApiUrl: https://stub.example/HttpApiUrl');
  });

  it('changes nothing when nothing changed: the archives are the same, byte for byte', async () => {
    const ran = await run('deploy');

    expect(ran.status, ran.output).toBe(0);
    expect(ran.output).toContain('No changes to deploy');
    expect(stub.cloudFormation.changeSets).toHaveLength(2);
  });

  it('can be undone', async () => {
    const ran = await run('remove');

    expect(ran.status, ran.output).toBe(0);
    expect(uploads().size).toBe(0);
    expect(stub.cloudFormation.stacks.has(stack)).toBe(false);
  });
});
