import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsOfMappings } from '../../lib/serverless/mapping-rules.mjs';
import { CloudFormationRules } from './cloudformation-rules.ts';
import { dangling } from './references.ts';
import { addSecondStream, usePipelineOfMarket } from './second-stream.ts';
import { copyOfService, packaged, serverless, type Ran } from './service.ts';
import { idsOfType, properties, readTemplate, type Template } from './template.ts';

const services: string[] = [];

async function copyOf(): Promise<string> {
  const service = await copyOfService();
  services.push(service);
  return service;
}

afterAll(async () => {
  for (const service of services) await rm(service, { recursive: true, force: true });
});

describe('a second stream, added as docs/sources.md says', { timeout: 60_000 }, () => {
  const arns = ['EventStream', 'OrdersStream'].map((id) => ({ 'Fn::GetAtt': [id, 'Arn'] }));
  let before: Template;
  let after: Template;

  beforeAll(async () => {
    const service = await copyOf();
    await addSecondStream(service);
    await usePipelineOfMarket(service);
    const ran = await serverless(service, ['package']);
    expect(ran.output).toContain('Service packaged');
    before = await readTemplate(await packaged());
    after = await readTemplate(join(service, '.serverless'));
  });

  it('makes a template that names nothing that it does not have, and breaks no rule', () => {
    const rules = new CloudFormationRules();

    expect(dangling(after)).toEqual([]);
    expect(rules.faults(after)).toEqual([]);
    expect(faultsOfMappings(after)).toEqual([]);
    rules.free();
  });

  it('adds the stream, its mapping and its alarm, and nothing else', () => {
    const added = Object.keys(after.Resources).filter((id) => !(id in before.Resources));

    expect(added.sort()).toEqual([
      'AggregateEventSourceMappingKinesisOrdersStream',
      'OrdersProducersThrottled',
      'OrdersStream',
    ]);
  });

  it('makes a stream like the first but for its name', () => {
    expect(after.Resources.OrdersStream).toEqual({
      ...after.Resources.EventStream,
      Properties: { ...properties(after, 'EventStream'), Name: 'weir-dev-orders' },
    });
  });

  it('makes a mapping like the first but for its stream', () => {
    const [first, second] = idsOfType(after, 'AWS::Lambda::EventSourceMapping')
      .map((id) => properties(after, id))
      .filter(({ FunctionName }) => JSON.stringify(FunctionName).includes('AggregateLambdaFunction'));

    expect(second).toEqual({ ...first, EventSourceArn: { 'Fn::GetAtt': ['OrdersStream', 'Arn'] } });
  });

  it('makes an alarm of its producers, like the first', () => {
    expect(properties(after, 'OrdersProducersThrottled')).toEqual({
      ...properties(after, 'ProducersThrottled'),
      Dimensions: [{ Name: 'StreamName', Value: { Ref: 'OrdersStream' } }],
    });
  });

  it.each(['AggregateRole', 'TickRole', 'RedriveRole'])('lets %s read both', (role) => {
    const [policy] = properties(after, role).Policies as [
      { PolicyDocument: { Statement: { Action: string | string[]; Resource: unknown }[] } },
    ];
    const ofKinesis = policy.PolicyDocument.Statement.filter(({ Action }) =>
      [Action].flat().includes('kinesis:GetRecords'),
    );

    expect(ofKinesis.map(({ Resource }) => Resource)).toEqual([arns]);
  });

  it('tells the redrive of both', () => {
    expect(properties(after, 'RedriveLambdaFunction')).toMatchObject({
      Environment: { Variables: { EVENT_STREAM_ARNS: { 'Fn::Join': [',', arns] } } },
    });
  });
});

describe('the packaging is refused', { timeout: 60_000 }, () => {
  async function packaging(service: string): Promise<Ran> {
    const ran = await serverless(service, ['package']);
    expect(ran.status).not.toBe(0);
    expect(ran.output).not.toMatch(/^\s+at /m);
    return ran;
  }

  it('of a pipeline with a source of a stream that nobody reads', async () => {
    const service = await copyOf();
    await usePipelineOfMarket(service);

    const { output } = await packaging(service);

    expect(output).toContain('pipeline.ts and the streams of serverless.yml do not fit');
    expect(output).toContain("pipeline.ts reads stream 'orders', and aggregate has no mapping of a stream");
  });

  it('of a stream that the redrive is not told of', async () => {
    const service = await copyOf();
    await addSecondStream(service);
    await usePipelineOfMarket(service);
    const path = join(service, 'serverless.yml');
    const yaml = await readFile(path, 'utf8');
    await writeFile(path, yaml.replace('    - !GetAtt OrdersStream.Arn\n', ''));

    const { output } = await packaging(service);

    expect(output).toContain('redrive is not told of weir-dev-orders');
  });
});
