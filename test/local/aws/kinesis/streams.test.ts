import type { ListShardsCommandInput } from '@aws-sdk/client-kinesis';
import {
  CreateStreamCommand,
  DescribeStreamCommand,
  DescribeStreamSummaryCommand,
  EnableEnhancedMonitoringCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListShardsCommand,
  ListStreamsCommand,
  MergeShardsCommand,
  PutRecordCommand,
  SplitShardCommand,
  UpdateShardCountCommand,
  UpdateStreamModeCommand,
} from '@aws-sdk/client-kinesis';
import { cbor, tag } from '@smithy/core/cbor';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TestKinesis } from './setup.ts';
import { createStream, put, SHARD, startTestKinesis, STREAM_ARN } from './setup.ts';

/** Moves the server's clock on. */
let skippedMs = 0;
let server: TestKinesis;
beforeAll(async () => {
  server = await startTestKinesis({ now: () => Date.now() + skippedMs });
});
afterAll(() => server.stop());
afterEach(() => {
  skippedMs = 0;
});

const summary = async (StreamARN: string) => {
  const { StreamDescriptionSummary } = await server.kinesis.send(
    new DescribeStreamSummaryCommand({ StreamARN }),
  );
  return StreamDescriptionSummary;
};

const shardIds = async (input: ListShardsCommandInput) => {
  const { Shards = [] } = await server.kinesis.send(new ListShardsCommand(input));
  return Shards.map(({ ShardId }) => ShardId);
};

describe('a stream', () => {
  it('may be named by its ARN', async () => {
    const StreamARN = await createStream(server.kinesis, 'by-arn');
    const { SequenceNumber } = await server.kinesis.send(
      new PutRecordCommand({ StreamARN, PartitionKey: 'k', Data: Buffer.from('a') }),
    );
    const { ShardIterator } = await server.kinesis.send(
      new GetShardIteratorCommand({ StreamARN, ShardId: SHARD, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    const { Records } = await server.kinesis.send(new GetRecordsCommand({ StreamARN, ShardIterator }));
    expect(Records?.map((record) => record.SequenceNumber)).toEqual([SequenceNumber]);
    expect(await shardIds({ StreamARN })).toEqual([SHARD]);
  });

  it.each([
    [
      'of another stream than is named',
      { StreamName: 'a', StreamARN: `${STREAM_ARN}/b` },
      /must name the same stream/,
    ],
    ['that is none', { StreamARN: 'arn:aws:sns:us-east-1:000000000000:b' }, /must be the ARN of a stream/],
  ])('is not told by an ARN %s', async (_, input, message) => {
    await expect(server.kinesis.send(new DescribeStreamSummaryCommand(input))).rejects.toMatchObject({
      name: 'InvalidArgumentException',
      message: expect.stringMatching(message) as string,
    });
  });

  it('is on demand from the start or later, with 4 shards unless it has others', async () => {
    await server.kinesis.send(
      new CreateStreamCommand({ StreamName: 'demand', StreamModeDetails: { StreamMode: 'ON_DEMAND' } }),
    );
    const StreamARN = `${STREAM_ARN}/demand`;
    const onDemand = { OpenShardCount: 4, StreamModeDetails: { StreamMode: 'ON_DEMAND' } };
    expect(await summary(StreamARN)).toMatchObject(onDemand);
    await expect(
      server.kinesis.send(
        new UpdateShardCountCommand({ StreamARN, TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' }),
      ),
    ).rejects.toMatchObject({ message: expect.stringContaining('on demand') as string });
    for (const StreamMode of ['PROVISIONED', 'ON_DEMAND'] as const) {
      await server.kinesis.send(
        new UpdateStreamModeCommand({ StreamARN, StreamModeDetails: { StreamMode } }),
      );
      expect((await summary(StreamARN))?.StreamModeDetails).toEqual({ StreamMode });
    }
  });

  it('is listed with its summary', async () => {
    await createStream(server.kinesis, 'zz-last');
    const { StreamSummaries = [] } = await server.kinesis.send(new ListStreamsCommand({}));
    expect(StreamSummaries.at(-1)).toMatchObject({
      StreamName: 'zz-last',
      StreamARN: `${STREAM_ARN}/zz-last`,
      StreamStatus: 'ACTIVE',
      StreamModeDetails: { StreamMode: 'PROVISIONED' },
    });
  });
});

describe('UpdateShardCount', () => {
  it('scales up and down by splits and merges, and loses no key', async () => {
    const StreamARN = await createStream(server.kinesis, 'scaled', 3);
    for (const TargetShardCount of [5, 4, 2, 1]) {
      const before = (await summary(StreamARN))?.OpenShardCount;
      expect(
        await server.kinesis.send(
          new UpdateShardCountCommand({ StreamARN, TargetShardCount, ScalingType: 'UNIFORM_SCALING' }),
        ),
      ).toMatchObject({ StreamName: 'scaled', CurrentShardCount: before, TargetShardCount, StreamARN });
      expect(await summary(StreamARN)).toMatchObject({
        OpenShardCount: TargetShardCount,
        StreamStatus: 'ACTIVE',
      });
      await put(server.kinesis, 'scaled', ...Array.from({ length: 20 }, (_, index) => `k${index}`));
    }
  });

  it.each([
    ['LimitExceededException', 7],
    ['LimitExceededException', 1],
    ['ValidationException', 0],
  ])('is refused with %s for %d of 3 shards', async (name, TargetShardCount) => {
    const StreamARN = await createStream(server.kinesis, `refused-${TargetShardCount}`, 3);
    await expect(
      server.kinesis.send(
        new UpdateShardCountCommand({ StreamARN, TargetShardCount, ScalingType: 'UNIFORM_SCALING' }),
      ),
    ).rejects.toMatchObject({ name });
  });
});

describe('an iterator at a time', () => {
  it('after all records waits for what comes', async () => {
    const StreamARN = await createStream(server.kinesis, 'at-time');
    for (const text of ['before', 'after']) {
      const { ShardIterator } = await server.kinesis.send(
        new GetShardIteratorCommand({
          StreamARN,
          ShardId: SHARD,
          ShardIteratorType: 'AT_TIMESTAMP',
          Timestamp: new Date(),
        }),
      );
      // A record of the same millisecond as the time would be at it.
      await put(server.kinesis, 'at-time', text);
      const { Records = [] } = await server.kinesis.send(new GetRecordsCommand({ ShardIterator }));
      expect(Records.at(-1)?.PartitionKey).toBe(text);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  });

  it('must not be in the future', async () => {
    const StreamARN = await createStream(server.kinesis, 'future');
    await expect(
      server.kinesis.send(
        new GetShardIteratorCommand({
          StreamARN,
          ShardId: SHARD,
          ShardIteratorType: 'AT_TIMESTAMP',
          Timestamp: new Date(Date.now() + 60_000),
        }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidArgumentException' });
  });
});

describe('ListShards', () => {
  const ids = [0, 1, 2, 3].map((index) => `shardId-00000000000${index}`);
  let StreamARN: string;
  beforeAll(async () => {
    StreamARN = await createStream(server.kinesis, 'shards');
    await server.kinesis.send(
      new SplitShardCommand({
        StreamARN,
        ShardToSplit: SHARD,
        NewStartingHashKey: (2n ** 127n).toString(),
      }),
    );
    await server.kinesis.send(
      new MergeShardsCommand({ StreamARN, ShardToMerge: ids[1], AdjacentShardToMerge: ids[2] }),
    );
  });

  it('gives pages', async () => {
    const { Shards, NextToken } = await server.kinesis.send(
      new ListShardsCommand({ StreamARN, MaxResults: 3 }),
    );
    expect(Shards?.map(({ ShardId }) => ShardId)).toEqual(ids.slice(0, 3));
    expect(await shardIds({ NextToken })).toEqual(ids.slice(3));
  });

  it.each([
    ['FROM_TRIM_HORIZON', {}, ids],
    ['AT_TRIM_HORIZON', {}, ids.slice(0, 1)],
    ['AT_LATEST', {}, ids.slice(3)],
    ['AFTER_SHARD_ID', { ShardId: ids[1] }, ids.slice(2)],
    ['FROM_TIMESTAMP', { Timestamp: new Date(Date.now() - 60_000) }, ids],
    ['FROM_TIMESTAMP', { Timestamp: new Date(Date.now() + 60_000) }, ids.slice(3)],
    ['AT_TIMESTAMP', { Timestamp: new Date(Date.now() - 60_000) }, []],
    ['AT_TIMESTAMP', { Timestamp: new Date(Date.now() + 60_000) }, ids.slice(3)],
  ] as const)('filters by %s %o', async (Type, more, expected) => {
    expect(await shardIds({ StreamARN, ShardFilter: { Type, ...more } })).toEqual(expected);
  });

  it('leaves out a closed shard when the stream keeps no record of it any more', async () => {
    skippedMs = 24 * 3_600_000 + 2_000;
    expect(await shardIds({ StreamARN })).toEqual(ids.slice(3));
    expect(await shardIds({ StreamARN, ShardFilter: { Type: 'AT_TRIM_HORIZON' } })).toEqual(ids.slice(3));
    const { StreamDescription } = await server.kinesis.send(new DescribeStreamCommand({ StreamARN }));
    expect(StreamDescription?.Shards?.map(({ ShardId }) => ShardId)).toEqual(ids.slice(3));
  });

  it('refuses a token that it has not given', async () => {
    await expect(shardIds({ NextToken: 'no token' })).rejects.toMatchObject({
      name: 'InvalidArgumentException',
    });
  });
});

describe('a body', () => {
  const call = (operation: string, type: string, body: Uint8Array | string) =>
    fetch(server.endpoint, {
      method: 'POST',
      headers: { 'content-type': type, 'x-amz-target': `Kinesis_20131202.${operation}` },
      body,
    });

  it('may be CBOR, as Java sends it: with bytes, and times in milliseconds', async () => {
    const StreamName = 'cbor';
    await createStream(server.kinesis, StreamName);
    const type = 'application/x-amz-cbor-1.1';
    const send = async (operation: string, input: object): Promise<Record<string, unknown>> => {
      const answer = await call(operation, type, cbor.serialize(input));
      expect(answer.headers.get('content-type')).toBe(type);
      return cbor.deserialize(new Uint8Array(await answer.arrayBuffer())) as Record<string, unknown>;
    };
    const Data = Uint8Array.of(0, 255, 7);
    await send('PutRecord', { StreamName, PartitionKey: 'k', Data });
    const { ShardIterator } = await send('GetShardIterator', {
      StreamName,
      ShardId: SHARD,
      ShardIteratorType: 'AT_TIMESTAMP',
      Timestamp: tag({ tag: 1, value: Date.now() - 60_000 }),
    });
    const { Records } = await send('GetRecords', { ShardIterator });
    const [record] = Records as { Data: Uint8Array; ApproximateArrivalTimestamp: { value: number } }[];
    expect(Uint8Array.from(record?.Data ?? [])).toEqual(Data);
    expect(Math.abs((record?.ApproximateArrivalTimestamp.value ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it.each([
    ['PutRecord', '{', 'SerializationException'],
    ['PutRecord', '[]', 'SerializationException'],
    ['PutRecord', '{"StreamName":"nowhere","PartitionKey":"k","Data":"YQ=="}', 'ResourceNotFoundException'],
    ['DescribeStreamSummary', '{"StreamName":7}', 'ValidationException'],
    ['Reboot', '{}', 'UnknownOperationException'],
  ])('of %s that is %s is answered with %s', async (operation, body, __type) => {
    const answer = await call(operation, 'application/x-amz-json-1.1', body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ __type });
  });

  it('of an operation that is not here says what is', async () => {
    await expect(
      server.kinesis.send(
        new EnableEnhancedMonitoringCommand({ StreamName: 's', ShardLevelMetrics: ['ALL'] }),
      ),
    ).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('EnableEnhancedMonitoring is not available') as string,
    });
  });
});
