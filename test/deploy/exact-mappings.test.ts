import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsOfMappings } from '../../lib/serverless/mapping-rules.mjs';
import { copyOfService, packaged, serverless } from './service.ts';
import { idsOfType, readTemplate } from './template.ts';

type Settings = Readonly<Record<string, unknown>>;

const fromKinesis = { EventSourceArn: { 'Fn::GetAtt': ['Events', 'Arn'] } };
const fromTable = { EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] } };
const responses = { FunctionResponseTypes: ['ReportBatchItemFailures'] };
const destination = {
  DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Failures', 'Arn'] } } },
};
const filters = { FilterCriteria: { Filters: [{ Pattern: '{}' }] } };

/** The faults of one mapping called `Mapping`, which is in order but for the given settings. */
function faultsOf(settings: Settings): string[] {
  const Properties = { StartingPosition: 'LATEST', ...fromKinesis, ...responses, ...settings };
  return faultsOfMappings({
    Resources: {
      Events: { Type: 'AWS::Kinesis::Stream' },
      Consumer: { Type: 'AWS::Kinesis::StreamConsumer' },
      Table: { Type: 'AWS::DynamoDB::Table' },
      Failures: { Type: 'AWS::SQS::Queue' },
      Mapping: { Type: 'AWS::Lambda::EventSourceMapping', Properties },
    },
  });
}

describe('a mapping is let through', () => {
  it.each<[string, Settings]>([
    ['with nothing but the partial batch response', {}],
    ['with a parallelization factor of 1', { ParallelizationFactor: 1 }],
    ['with a parallelization factor of 1 as text', { ParallelizationFactor: '1' }],
    ['with a parallelization factor that is no value', { ParallelizationFactor: { Ref: 'AWS::NoValue' } }],
    ['with a tumbling window of nothing', { TumblingWindowInSeconds: 0 }],
    ['with retries without end', { MaximumRetryAttempts: -1, MaximumRecordAgeInSeconds: '-1' }],
    [
      'with bounded retries and a destination',
      { MaximumRetryAttempts: 3, MaximumRecordAgeInSeconds: 60, ...destination },
    ],
    [
      'with retries that are known later, and a destination',
      { MaximumRetryAttempts: { Ref: 'Retries' }, ...destination },
    ],
    ['with an empty list of filters', { FilterCriteria: { Filters: [] } }],
    ['with filters on a table', { ...fromTable, ...filters }],
  ])('%s', (_, settings) => {
    expect(faultsOf(settings)).toEqual([]);
  });
});

describe('a mapping is refused', () => {
  const noResponses = 'FunctionResponseTypes is not set: a failure that the function reports would be taken';
  const uncertain =
    'with no certain DestinationConfig.OnFailure.Destination, what Lambda gives up on is lost';
  const unjudged = 'it cannot be judged before the deployment. Write a literal.';
  const factor = 'Lambda would run several batches of one shard at once';
  const conditional = { 'Fn::If': ['Kept', 'arn:aws:sqs:us-east-1:0:q', { Ref: 'AWS::NoValue' }] };

  it.each<[Settings, string]>([
    [{ ParallelizationFactor: 2 }, `ParallelizationFactor is 2: ${factor}`],
    [{ ParallelizationFactor: '10' }, `ParallelizationFactor is "10": ${factor}`],
    [{ ParallelizationFactor: 2, ...fromTable }, `ParallelizationFactor is 2: ${factor}`],
    [{ ParallelizationFactor: { Ref: 'F' } }, `ParallelizationFactor is {"Ref":"F"}: ${unjudged}`],
    [{ FunctionResponseTypes: undefined }, noResponses],
    [{ FunctionResponseTypes: undefined, ...fromTable }, noResponses],
    [{ FunctionResponseTypes: [] }, 'FunctionResponseTypes is []: a failure'],
    [{ FunctionResponseTypes: [{ Ref: 'R' }] }, `FunctionResponseTypes is [{"Ref":"R"}]: ${unjudged}`],
    [{ TumblingWindowInSeconds: 30 }, 'TumblingWindowInSeconds is 30: the function would be given'],
    [
      { TumblingWindowInSeconds: { 'Fn::If': ['A', 0, 9] } },
      `TumblingWindowInSeconds is {"Fn::If":["A",0,9]}: ${unjudged}`,
    ],
    [{ MaximumRetryAttempts: 0 }, `MaximumRetryAttempts is 0: ${uncertain}`],
    [{ MaximumRetryAttempts: { Ref: 'N' } }, `MaximumRetryAttempts is {"Ref":"N"}: ${unjudged}`],
    [{ MaximumRecordAgeInSeconds: '3600' }, `MaximumRecordAgeInSeconds is "3600": ${uncertain}`],
    [
      { MaximumRetryAttempts: 3, DestinationConfig: { OnFailure: { Destination: '' } } },
      `MaximumRetryAttempts is 3: ${uncertain}`,
    ],
    [
      { MaximumRetryAttempts: 3, DestinationConfig: { OnFailure: { Destination: conditional } } },
      `MaximumRetryAttempts is 3: ${uncertain}`,
    ],
    [{ MaximumRetryAttempts: 3, DestinationConfig: conditional }, `MaximumRetryAttempts is 3: ${uncertain}`],
    [filters, 'FilterCriteria.Filters is [{"Pattern":"{}"}]: records that it leaves out would vanish'],
    [
      { FilterCriteria: conditional },
      `FilterCriteria.Filters is ${JSON.stringify(conditional)}: ${unjudged}`,
    ],
  ])('%j', (settings, fault) => {
    expect(faultsOf(settings)).toEqual([expect.stringContaining(`Mapping: ${fault}`)]);
  });

  it('with a remedy', () => {
    expect(faultsOf({ ParallelizationFactor: 2 })).toEqual([
      expect.stringMatching(/ Leave it at 1: more throughput is more shards\.$/),
    ]);
  });

  it('for all its faults at once', () => {
    const settings = {
      ...filters,
      ParallelizationFactor: 2,
      FunctionResponseTypes: [],
      TumblingWindowInSeconds: 1,
      MaximumRetryAttempts: 1,
      MaximumRecordAgeInSeconds: 60,
    };

    expect(faultsOf(settings)).toHaveLength(6);
  });
});

describe('a source', () => {
  it.each<[string, unknown, number]>([
    ['an ARN of Kinesis', 'arn:aws:kinesis:us-east-1:000000000000:stream/events', 2],
    ['an ARN of a consumer of Kinesis', { Ref: 'Consumer' }, 2],
    ['an attribute in one word', { 'Fn::GetAtt': 'Events.Arn' }, 2],
    ['a composed ARN of Kinesis', { 'Fn::Sub': 'arn:aws:kinesis:${AWS::Region}:0:stream/events' }, 2],
    ['imported, and may be Kinesis', { 'Fn::ImportValue': 'other-stack' }, 2],
    ['an ARN of a table’s stream', 'arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/2026', 1],
    ['a table’s stream', { 'Fn::GetAtt': ['Table', 'StreamArn'] }, 1],
    ['an ARN of no stream', 'arn:aws:sqs:us-east-1:000000000000:queue', 0],
    ['a queue', { 'Fn::GetAtt': ['Failures', 'Arn'] }, 0],
    ['absent, as of a Kafka of one’s own', undefined, 0],
  ])('that is %s', (_, EventSourceArn, faults) => {
    expect(faultsOf({ EventSourceArn, ParallelizationFactor: 2, ...filters })).toHaveLength(faults);
  });

  it('that is imported into a mapping without a starting position is a queue', () => {
    const queue = { EventSourceArn: { 'Fn::ImportValue': 'a-queue' }, StartingPosition: undefined };

    expect(faultsOf({ ...queue, FunctionResponseTypes: undefined })).toEqual([]);
  });
});

describe('the packaging', { timeout: 60_000 }, () => {
  const kinesis = 'AggregateEventSourceMappingKinesisEventStream';
  const alerts = 'NotifyEventSourceMappingDynamodbAlertsTable';
  let service: string;

  beforeAll(async () => {
    service = await copyOfService();
  });
  afterAll(async () => {
    await rm(service, { recursive: true, force: true });
  });

  it('lets the service through, whose three mappings are in order', async () => {
    const template = await readTemplate(await packaged());

    expect(idsOfType(template, 'AWS::Lambda::EventSourceMapping')).toHaveLength(3);
    expect(faultsOfMappings(template)).toEqual([]);
  });

  it('names what is wrong, in functions and extensions alike, and shows no stack trace', async () => {
    const path = join(service, 'serverless.yml');
    const yaml = await readFile(path, 'utf8');
    await writeFile(
      path,
      yaml
        .replace('parallelizationFactor: 1', 'parallelizationFactor: 2')
        .replace(
          '  extensions:\n',
          `  extensions:\n    ${alerts}:\n      Properties: { DestinationConfig: null }\n`,
        ),
    );

    const ran = await serverless(service, ['package']);

    expect(ran.status).not.toBe(0);
    expect(ran.output).toContain('weir would not count exactly under this configuration');
    expect(ran.output).toContain(`${kinesis}: ParallelizationFactor is 2: `);
    expect(ran.output).toContain(`${alerts}: MaximumRecordAgeInSeconds is 21600: `);
    expect(ran.output).not.toMatch(/^\s+at /m);
  });
});
