import {
  DeregisterStreamConsumerCommand,
  DeleteStreamCommand,
  MergeShardsCommand,
  SplitShardCommand,
} from '@aws-sdk/client-kinesis';
import { EventStreamCodec } from '@smithy/core/event-streams';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { TestKinesis } from './setup.ts';
import { createStream, put, register, SHARD, startTestKinesis, TestSubscription } from './setup.ts';

const HALF = (2n ** 127n).toString();

/** Moves the server's clock on; timers keep to the real one. */
let skippedMs = 0;
let server: TestKinesis;
beforeAll(async () => {
  server = await startTestKinesis({ heartbeatMs: 30, now: () => Date.now() + skippedMs });
});
afterAll(() => server.stop());
afterEach(() => {
  skippedMs = 0;
});

async function consumerOf(name: string, shards = 1): Promise<string> {
  return await register(server.kinesis, await createStream(server.kinesis, name, shards), 'c');
}

describe('a subscription', () => {
  it('brings what is there, then what comes', async () => {
    const arn = await consumerOf('comes');
    await put(server.kinesis, 'comes', 'a', 'b');
    const subscription = await TestSubscription.open(server.kinesis, arn);
    expect(await subscription.texts(2)).toEqual(['a', 'b']);
    await put(server.kinesis, 'comes', 'c');
    expect(await subscription.texts(1)).toEqual(['c']);
  });

  it('says at once, and again, when there is nothing, and where it is', async () => {
    const arn = await consumerOf('nothing');
    const subscription = await TestSubscription.open(server.kinesis, arn);
    const first = await subscription.next();
    expect(first).toMatchObject({ Records: [], MillisBehindLatest: 0 });
    expect(await subscription.next()).toEqual(first);
    await put(server.kinesis, 'nothing', 'a');
    skippedMs = 6_000;
    const later = await TestSubscription.open(server.kinesis, arn, {
      Type: 'AFTER_SEQUENCE_NUMBER',
      SequenceNumber: first?.ContinuationSequenceNumber,
    });
    expect(await later.texts(1)).toEqual(['a']);
  });

  it('tells how far behind it is while there is more', async () => {
    const arn = await consumerOf('behind');
    const texts = Array.from({ length: 1_200 }, (_, index) => String(index));
    for (const from of [0, 400, 800]) await put(server.kinesis, 'behind', ...texts.slice(from, from + 400));
    skippedMs = 60_000;
    const subscription = await TestSubscription.open(server.kinesis, arn);
    const [first, second] = [await subscription.next(), await subscription.next()];
    expect(first?.Records).toHaveLength(1_000);
    expect(first?.MillisBehindLatest).toBeGreaterThan(59_000);
    expect(second?.Records).toHaveLength(200);
    expect(second?.MillisBehindLatest).toBe(0);
    expect(second?.ContinuationSequenceNumber).toBe(second?.Records?.at(-1)?.SequenceNumber);
  });

  it.each([
    ['LATEST', () => ({ Type: 'LATEST' as const }), ['d']],
    [
      'AT_SEQUENCE_NUMBER',
      (b: string) => ({ Type: 'AT_SEQUENCE_NUMBER' as const, SequenceNumber: b }),
      ['b', 'c', 'd'],
    ],
    [
      'AFTER_SEQUENCE_NUMBER',
      (b: string) => ({ Type: 'AFTER_SEQUENCE_NUMBER' as const, SequenceNumber: b }),
      ['c', 'd'],
    ],
    [
      'AT_TIMESTAMP',
      (_: string, at: Date) => ({ Type: 'AT_TIMESTAMP' as const, Timestamp: at }),
      ['b', 'c', 'd'],
    ],
    [
      'AT_TIMESTAMP, now',
      () => ({ Type: 'AT_TIMESTAMP' as const, Timestamp: new Date(Date.now() + 1) }),
      ['d'],
    ],
  ])('begins at %s', async (name, position, expected) => {
    const stream = name.replaceAll(/[^A-Z_]/gi, '');
    const arn = await consumerOf(stream);
    await put(server.kinesis, stream, 'a');
    await new Promise((resolve) => setTimeout(resolve, 5));
    await put(server.kinesis, stream, 'b', 'c');
    const before = await (await TestSubscription.open(server.kinesis, arn)).next();
    const b = before?.Records?.[1];
    skippedMs = 6_000;
    const subscription = await TestSubscription.open(
      server.kinesis,
      arn,
      position(b?.SequenceNumber ?? '', b?.ApproximateArrivalTimestamp ?? new Date(0)),
    );
    await put(server.kinesis, stream, 'd');
    expect(await subscription.texts(expected.length)).toEqual(expected);
  });

  it('ends with the shard, and names the children', async () => {
    const arn = await consumerOf('split');
    await put(server.kinesis, 'split', 'a');
    const subscription = await TestSubscription.open(server.kinesis, arn);
    expect(await subscription.texts(1)).toEqual(['a']);
    await server.kinesis.send(
      new SplitShardCommand({ StreamName: 'split', ShardToSplit: SHARD, NewStartingHashKey: HALF }),
    );
    expect(await subscription.end()).toEqual({
      Records: [],
      MillisBehindLatest: 0,
      ChildShards: [
        {
          ShardId: 'shardId-000000000001',
          ParentShards: [SHARD],
          HashKeyRange: { StartingHashKey: '0', EndingHashKey: (2n ** 127n - 1n).toString() },
        },
        {
          ShardId: 'shardId-000000000002',
          ParentShards: [SHARD],
          HashKeyRange: { StartingHashKey: HALF, EndingHashKey: (2n ** 128n - 1n).toString() },
        },
      ],
    });
    expect(await subscription.next()).toBeUndefined();
  });

  it('ends with a shard that is merged, and names both parents', async () => {
    const arn = await consumerOf('merged', 2);
    const subscription = await TestSubscription.open(server.kinesis, arn);
    expect((await subscription.next())?.ChildShards).toBeUndefined();
    await server.kinesis.send(
      new MergeShardsCommand({
        StreamName: 'merged',
        ShardToMerge: SHARD,
        AdjacentShardToMerge: 'shardId-000000000001',
      }),
    );
    const { ChildShards = [] } = await subscription.end();
    expect(ChildShards.map(({ ParentShards }) => ParentShards)).toEqual([[SHARD, 'shardId-000000000001']]);
  });

  it('is refused within 5 seconds of another, and takes it over later', async () => {
    const arn = await consumerOf('taken');
    const first = await TestSubscription.open(server.kinesis, arn);
    await expect(TestSubscription.open(server.kinesis, arn)).rejects.toMatchObject({
      name: 'ResourceInUseException',
    });
    skippedMs = 5_000;
    const second = await TestSubscription.open(server.kinesis, arn);
    await put(server.kinesis, 'taken', 'a');
    expect(await second.texts(1)).toEqual(['a']);
    const drain = async () => {
      while (await first.next());
    };
    await expect(drain()).rejects.toMatchObject({ name: 'ResourceInUseException' });
  });

  it('has nothing to do with that of another consumer', async () => {
    const arn = await consumerOf('two');
    const other = await register(server.kinesis, arn.slice(0, arn.indexOf('/consumer')), 'other');
    const subscriptions = [
      await TestSubscription.open(server.kinesis, arn),
      await TestSubscription.open(server.kinesis, other),
    ];
    await put(server.kinesis, 'two', 'a');
    for (const subscription of subscriptions) expect(await subscription.texts(1)).toEqual(['a']);
  });

  it('ends with an error when the consumer is deregistered, or the stream deleted', async () => {
    const ConsumerARN = await consumerOf('gone');
    const subscription = await TestSubscription.open(server.kinesis, ConsumerARN);
    await subscription.next();
    await server.kinesis.send(new DeregisterStreamConsumerCommand({ ConsumerARN }));
    const drain = async (of: TestSubscription) => {
      while (await of.next());
    };
    await expect(drain(subscription)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const again = await register(
      server.kinesis,
      ConsumerARN.slice(0, ConsumerARN.indexOf('/consumer')),
      'again',
    );
    const other = await TestSubscription.open(server.kinesis, again);
    await server.kinesis.send(new DeleteStreamCommand({ StreamName: 'gone', EnforceConsumerDeletion: true }));
    await expect(drain(other)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it.each([
    ['ResourceNotFoundException', 'shardId-000000000009', { Type: 'LATEST' as const }],
    ['InvalidArgumentException', SHARD, { Type: 'AT_TIMESTAMP' as const }],
    ['InvalidArgumentException', SHARD, { Type: 'AT_SEQUENCE_NUMBER' as const, SequenceNumber: '17' }],
    ['ValidationException', SHARD, { Type: 'AFTER_SEQUENCE_NUMBER' as const }],
  ])('is refused with %s for %s at %o', async (name, shardId, position) => {
    const arn = await consumerOf(`refused-${name}-${shardId}-${position.Type}`);
    await expect(TestSubscription.open(server.kinesis, arn, position, shardId)).rejects.toMatchObject({
      name,
    });
  });
});

describe('a subscription that has run its time', () => {
  it('ends without an error', async () => {
    const brief = await startTestKinesis({ times: { lifetimeMs: 50, holdMs: 0 } });
    try {
      const arn = await register(brief.kinesis, await createStream(brief.kinesis, 'brief'), 'c');
      const subscription = await TestSubscription.open(brief.kinesis, arn);
      expect(await subscription.next()).toMatchObject({ Records: [] });
      expect(await subscription.next()).toBeUndefined();
    } finally {
      await brief.stop();
    }
  });
});

describe('the frames', () => {
  it('are those of an event stream: the first one answers the call', async () => {
    const brief = await startTestKinesis({ times: { lifetimeMs: 20, holdMs: 0 } });
    onTestFinished(() => brief.stop());
    const ConsumerARN = await register(brief.kinesis, await createStream(brief.kinesis, 'frames'), 'c');
    const answer = await fetch(brief.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'Kinesis_20131202.SubscribeToShard',
      },
      body: JSON.stringify({ ConsumerARN, ShardId: SHARD, StartingPosition: { Type: 'LATEST' } }),
    });
    expect(answer.headers.get('content-type')).toBe('application/vnd.amazon.eventstream');
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const length = new DataView(bytes.buffer).getUint32(0);
    const codec = new EventStreamCodec(
      (text) => Buffer.from(text).toString(),
      (text) => Buffer.from(text),
    );
    const { headers, body } = codec.decode(bytes.subarray(0, length));
    expect(Object.fromEntries(Object.entries(headers).map(([name, { value }]) => [name, value]))).toEqual({
      ':message-type': 'event',
      ':event-type': 'initial-response',
      ':content-type': 'application/x-amz-json-1.1',
    });
    expect(Buffer.from(body).toString()).toBe('{}');
  });
});
