import { DeleteItemCommand, PutItemCommand, UpdateTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import { PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { EventSourceMappingHandle, EventSourceMappingSettings } from '../../lib/esm/index.ts';
import { startEventSourceMapping } from '../../lib/esm/index.ts';
import type { EmbeddedAws } from '../../lib/local/aws/embedded.ts';
import { startEmbeddedAws } from '../../lib/local/aws/embedded.ts';
import type { EventRecord } from './conformance/recording.ts';
import { createInbox, createKinesisStage, createTableStage } from './conformance/stage.ts';
import { VirtualClock } from './virtual-clock.ts';

let aws: EmbeddedAws;
beforeAll(async () => {
  aws = await startEmbeddedAws();
});
afterAll(() => aws.stop());

type Answer = (batch: readonly string[], sequenceNumbers: readonly string[]) => unknown;

/** Starts a mapping whose function is given the records' data, and remembers the batches. */
function start(EventSourceArn: string, settings: Partial<EventSourceMappingSettings>, answer: Answer) {
  const batches: string[] = [];
  const mapping = startEventSourceMapping({
    mapping: { FunctionName: 'f', StartingPosition: 'TRIM_HORIZON', EventSourceArn, ...settings },
    ...aws.clients,
    destinations: aws.clients,
    clock: new VirtualClock(Date.now()),
    invoke: ({ Records }) => {
      const kinesis = (Records as readonly EventRecord[]).map((record) => record.kinesis);
      const batch = kinesis.map((record) => Buffer.from(record?.data ?? '', 'base64').toString());
      batches.push(batch.join(''));
      return Promise.resolve(
        answer(
          batch,
          kinesis.map((record) => record?.sequenceNumber ?? ''),
        ),
      );
    },
  });
  onTestFinished(() => mapping.stop());
  return { mapping, batches };
}

/** A stream with a record for each letter, all in one shard. */
async function streamOf(name: string, letters: string): Promise<string> {
  const { arn } = await createKinesisStage(aws.clients, name);
  const Records = Array.from(letters, (letter) => ({ PartitionKey: 'key', Data: Buffer.from(letter) }));
  await aws.clients.kinesis.send(new PutRecordsCommand({ StreamName: name, Records }));
  return arn;
}

const REPORTING = { FunctionResponseTypes: ['ReportBatchItemFailures'] };
const failed = (...identifiers: readonly unknown[]) => ({
  batchItemFailures: identifiers.map((itemIdentifier) => ({ itemIdentifier })),
});

/** https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html */
describe('a partial response', () => {
  test('of several identifiers retries from the lowest on', async () => {
    const arn = await streamOf('several', 'abcdefghij');
    let attempts = 0;
    const { mapping, batches } = start(arn, { ...REPORTING, BatchSize: 10 }, (_, numbers) => {
      attempts += 1;
      return attempts === 1 ? failed(numbers[8], numbers[3], numbers[5]) : null;
    });
    await mapping.drained();
    expect(batches).toEqual(['abcdefghij', 'defghij']);
  });

  test('gives up what is left of the batch, and tells from where', async () => {
    const arn = await streamOf('rest', 'abcdefghij');
    const inbox = await createInbox(aws.clients, 'rest-failures', 'sqs');
    let fourth = '';
    const settings = {
      ...REPORTING,
      BatchSize: 10,
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: inbox.arn } },
    };
    const { mapping, batches } = start(arn, settings, (batch, numbers) => {
      fourth = numbers[batch.indexOf('d')] ?? '';
      return failed(fourth);
    });
    await mapping.drained();
    expect(batches).toEqual(['abcdefghij', 'defghij', 'defghij']);
    expect((await inbox.receive()).Messages.map(({ Body }) => Body)).toMatchObject([
      {
        requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3 },
        responseContext: { functionError: null },
        KinesisBatchInfo: { startSequenceNumber: fourth, batchSize: 7 },
      },
    ]);
  });

  test('with bisecting splits at the identifier, not in the middle', async () => {
    const arn = await streamOf('split', 'abcdefghij');
    let attempts = 0;
    const settings = { ...REPORTING, BatchSize: 10, BisectBatchOnFunctionError: true };
    const { mapping, batches } = start(arn, settings, (_, numbers) => {
      attempts += 1;
      return attempts === 1 ? failed(numbers[7]) : null;
    });
    await mapping.drained();
    expect(batches).toEqual(['abcdefghij', 'hij']);
  });

  test.each([
    ['a wrong key', { batchItemFailures: [{ foo: 'bar' }] }],
    ['an identifier of no record', failed('0')],
    ['an empty identifier', failed('')],
    ['a null identifier', failed(null)],
    ['a good identifier and a bad one', 'mixed'],
  ])('with %s fails the whole batch', async (name, response) => {
    const arn = await streamOf(name.replaceAll(' ', '-'), 'abc');
    const { mapping, batches } = start(arn, { ...REPORTING, MaximumRetryAttempts: 1 }, (_, numbers) =>
      response === 'mixed' ? failed(numbers[1], '') : response,
    );
    await mapping.drained();
    expect(batches).toEqual(['abc', 'abc']);
  });

  test('means nothing to a mapping that did not ask for it', async () => {
    const arn = await streamOf('not-asked', 'abc');
    const { mapping, batches } = start(arn, {}, (_, numbers) => failed(numbers[0]));
    await mapping.drained();
    expect(batches).toEqual(['abc']);
  });
});

/** https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html */
test('bisecting isolates the one bad record of ten, and spends no attempt on it', async () => {
  const arn = await streamOf('isolate', 'abcdeXghij');
  const inbox = await createInbox(aws.clients, 'isolate-failures', 'sqs');
  const settings = {
    BatchSize: 10,
    BisectBatchOnFunctionError: true,
    MaximumRetryAttempts: 1,
    DestinationConfig: { OnFailure: { Destination: inbox.arn } },
  };
  const done: string[] = [];
  const { mapping } = start(arn, settings, (batch) => {
    if (batch.includes('X')) throw new Error('X is bad');
    done.push(...batch);
  });
  await mapping.drained();
  expect(done.join('')).toBe('abcdeghij');
  expect((await inbox.receive()).Messages.map(({ Body }) => Body)).toMatchObject([
    { requestContext: { approximateInvokeCount: 2 }, KinesisBatchInfo: { batchSize: 1 } },
  ]);
});

test('two mappings of a stream each get all of it, whatever becomes of the other', async () => {
  const arn = await streamOf('shared', 'abc');
  const bad = start(arn, { FunctionName: 'bad', MaximumRetryAttempts: 0 }, () => {
    throw new Error('never');
  });
  const good = start(arn, { FunctionName: 'good', BatchSize: 1 }, () => null);
  await Promise.all([bad.mapping.drained(), good.mapping.drained()]);
  expect(bad.batches).toEqual(['abc']);
  expect(good.batches).toEqual(['a', 'b', 'c']);
});

test('what a filter drops is neither counted in a batch nor read again', async () => {
  const { arn } = await createKinesisStage(aws.clients, 'filtered');
  const Records = Array.from({ length: 12 }, (_, n) => ({
    PartitionKey: 'key',
    Data: Buffer.from(JSON.stringify({ n })),
  }));
  await aws.clients.kinesis.send(new PutRecordsCommand({ StreamName: 'filtered', Records }));
  const Pattern = '{"data":{"n":[{"numeric":[">",3,"<=",9]}]}}';
  const { mapping, batches } = start(
    arn,
    { BatchSize: 4, FilterCriteria: { Filters: [{ Pattern }] } },
    () => null,
  );
  await mapping.drained();
  expect(batches).toEqual(['{"n":4}{"n":5}{"n":6}{"n":7}', '{"n":8}{"n":9}']);
  expect(mapping.stats()[0]?.recordsRead).toBe(12);
});

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html */
describe('items that are deleted', () => {
  const removed = async (name: string, settings: Partial<EventSourceMappingSettings>) => {
    const { arn } = await createTableStage(aws.clients, name);
    await aws.clients.dynamodb.send(
      new UpdateTimeToLiveCommand({
        TableName: name,
        TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      }),
    );
    const put = (id: string, expires: number) =>
      aws.clients.dynamodb.send(
        new PutItemCommand({ TableName: name, Item: { id: { S: id }, expires: { N: String(expires) } } }),
      );
    const inAnHour = Math.floor(Date.now() / 1_000) + 3_600;
    await put('deleted', inAnHour);
    await put('expired', Math.floor(Date.now() / 1_000) - 10);
    await aws.clients.dynamodb.send(
      new DeleteItemCommand({ TableName: name, Key: { id: { S: 'deleted' } } }),
    );
    const records: EventRecord[] = [];
    const mapping: EventSourceMappingHandle = startEventSourceMapping({
      mapping: { FunctionName: 'f', StartingPosition: 'TRIM_HORIZON', EventSourceArn: arn, ...settings },
      ...aws.clients,
      invoke: ({ Records }) => Promise.resolve(void records.push(...(Records as readonly EventRecord[]))),
    });
    onTestFinished(() => mapping.stop());
    await expect
      .poll(() => records.length, { timeout: 5_000, interval: 50 })
      .toBeGreaterThanOrEqual(settings.FilterCriteria ? 1 : 4);
    await mapping.drained();
    return records.map(({ eventName, dynamodb, ...record }) => [
      eventName,
      dynamodb?.Keys.id?.S,
      'userIdentity' in record ? record.userIdentity : undefined,
    ]);
  };
  const SERVICE = { type: 'Service', principalId: 'dynamodb.amazonaws.com' };

  test('come without an identity, and those that expired with that of the service', async () => {
    const records = await removed('deletes', {});
    expect(records).toEqual(
      expect.arrayContaining([
        ['REMOVE', 'deleted', undefined],
        ['REMOVE', 'expired', SERVICE],
      ]),
    );
  });

  test('because they expired can be filtered for', async () => {
    const Pattern = { userIdentity: { type: ['Service'], principalId: ['dynamodb.amazonaws.com'] } };
    const records = await removed('expiries', { FilterCriteria: { Filters: [{ Pattern }] } });
    expect(records).toEqual([['REMOVE', 'expired', SERVICE]]);
  });
});
