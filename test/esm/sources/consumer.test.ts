import type { KinesisClient } from '@aws-sdk/client-kinesis';
import {
  MergeShardsCommand,
  PutRecordsCommand,
  SplitShardCommand,
  UpdateShardCountCommand,
} from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type {
  EngineEvent,
  EventSourceMappingHandle,
  EventSourceMappingSettings,
} from '../../../lib/esm/index.ts';
import { startEventSourceMapping } from '../../../lib/esm/index.ts';
import type { TestKinesis } from '../../local/aws/kinesis/setup.ts';
import { createStream, put, register, SHARD, startTestKinesis } from '../../local/aws/kinesis/setup.ts';

interface KinesisEventRecord {
  readonly eventID: string;
  readonly eventSourceARN: string;
  readonly kinesis: { readonly data: string };
}

const textOf = (record: object): string =>
  Buffer.from((record as KinesisEventRecord).kinesis.data, 'base64').toString();

/** A mapping, and what it gave the function. */
interface Reading {
  readonly mapping: EventSourceMappingHandle;
  readonly seen: string[];
  readonly records: KinesisEventRecord[];
  readonly events: EngineEvent[];
}

function read(
  kinesis: KinesisClient,
  EventSourceArn: string,
  settings: Partial<EventSourceMappingSettings> = {},
  gate: () => Promise<void> = () => Promise.resolve(),
): Reading {
  const records: KinesisEventRecord[] = [];
  const seen: string[] = [];
  const events: EngineEvent[] = [];
  const mapping = startEventSourceMapping({
    kinesis,
    mapping: { EventSourceArn, FunctionName: 'f', StartingPosition: 'TRIM_HORIZON', ...settings },
    invoke: async ({ Records }) => {
      await gate();
      records.push(...(Records as readonly KinesisEventRecord[]));
      seen.push(...Records.map(textOf));
    },
    backoff: { initialMs: 1, maximumMs: 5 },
    onEvent: (event) => events.push(event),
  });
  onTestFinished(() => mapping.stop());
  return { mapping, seen, records, events };
}

async function consumerOf(kinesis: KinesisClient, name: string, shards = 1): Promise<string> {
  return await register(kinesis, await createStream(kinesis, name, shards), 'c');
}

async function split(StreamName: string, ShardToSplit: string, at: bigint): Promise<void> {
  const command = new SplitShardCommand({ StreamName, ShardToSplit, NewStartingHashKey: at.toString() });
  await server.kinesis.send(command);
}

let server: TestKinesis;
beforeAll(async () => {
  server = await startTestKinesis({ times: { lifetimeMs: 300_000, holdMs: 0 } });
});
afterAll(() => server.stop());

describe('a mapping of a consumer', () => {
  test('is pushed what is there and what comes', async () => {
    const { kinesis } = server;
    const arn = await consumerOf(kinesis, 'pushed', 2);
    const texts = Array.from({ length: 600 }, (_, index) => `record ${index}`);
    await put(kinesis, 'pushed', ...texts.slice(0, 300));
    const { mapping, seen } = read(kinesis, arn);
    await mapping.drained();
    expect(seen.toSorted()).toEqual(texts.slice(0, 300).toSorted());
    for (let from = 300; from < 600; from += 100) {
      await put(kinesis, 'pushed', ...texts.slice(from, from + 100));
      await mapping.drained();
      expect(seen).toHaveLength(from + 100);
    }
    expect(seen.toSorted()).toEqual(texts.toSorted());
  });

  test('names the consumer in its events, and the stream in its on-failure messages', async () => {
    const { kinesis } = server;
    const arn = await consumerOf(kinesis, 'named');
    await put(kinesis, 'named', 'a');
    const { mapping, records } = read(kinesis, arn);
    await mapping.drained();
    expect(records[0]).toMatchObject({
      eventSourceARN: arn,
      eventID: expect.stringMatching(/^shardId-000000000000:\d+$/) as string,
    });

    const failing = read(kinesis, arn, { MaximumRetryAttempts: 0 }, () => Promise.reject(new Error('never')));
    await failing.mapping.drained();
    const discarded = failing.events.find((event) => event.type === 'discarded');
    expect(discarded?.message.KinesisBatchInfo?.streamArn).toBe(arn.slice(0, arn.indexOf('/consumer')));
  });

  test('begins with what is put after LATEST was fixed', async () => {
    const { kinesis } = server;
    const arn = await consumerOf(kinesis, 'latest');
    await put(kinesis, 'latest', 'before');
    const { mapping, seen } = read(kinesis, arn, { StartingPosition: 'LATEST' });
    await mapping.ready();
    await put(kinesis, 'latest', 'after');
    await mapping.drained();
    expect(seen).toEqual(['after']);
  });

  test('begins at a time', async () => {
    const { kinesis } = server;
    const arn = await consumerOf(kinesis, 'timed');
    await put(kinesis, 'timed', 'before');
    await new Promise((resolve) => setTimeout(resolve, 5));
    const StartingPositionTimestamp = Date.now() / 1_000;
    await put(kinesis, 'timed', 'after');
    const { mapping, seen } = read(kinesis, arn, {
      StartingPosition: 'AT_TIMESTAMP',
      StartingPositionTimestamp,
    });
    await mapping.drained();
    expect(seen).toEqual(['after']);
  });

  test('goes on where it was when it is disabled and enabled', async () => {
    const { kinesis } = server;
    const arn = await consumerOf(kinesis, 'paused');
    const { mapping, seen } = read(kinesis, arn, { StartingPosition: 'LATEST' });
    await mapping.ready();
    await mapping.drained();
    await mapping.disable();
    await put(kinesis, 'paused', 'a');
    await mapping.enable();
    await put(kinesis, 'paused', 'b');
    await mapping.drained();
    expect(seen).toEqual(['a', 'b']);
  });

  test('tells of a consumer that is no more, as often as it looks for it', async () => {
    const { kinesis } = server;
    const arn = (await consumerOf(kinesis, 'missing')).replace('/c:', '/other:');
    const { events } = read(kinesis, arn);
    await expect
      .poll(() => events.filter(({ type }) => type === 'sourceFailed'))
      .toContainEqual(
        expect.objectContaining({
          error: expect.objectContaining({ name: 'ResourceNotFoundException' }) as object,
        }),
      );
  });
});

describe('a subscription that ends', () => {
  test('is renewed from where it was, without a loss, a repetition or an error', async () => {
    const brief = await startTestKinesis({ times: { lifetimeMs: 20, holdMs: 0 } });
    onTestFinished(() => brief.stop());
    const arn = await consumerOf(brief.kinesis, 'brief');
    const { mapping, seen, events } = read(brief.kinesis, arn);
    const texts = Array.from({ length: 40 }, (_, index) => String(index));
    for (const text of texts) await put(brief.kinesis, 'brief', text);
    await mapping.drained();
    expect(seen).toEqual(texts);
    expect(events.filter(({ type }) => type === 'sourceFailed')).toEqual([]);
    await mapping.stop();
  });

  test('because another took it over is told, and taken back', async () => {
    const { kinesis } = server;
    const arn = await consumerOf(kinesis, 'contended');
    const first = read(kinesis, arn);
    await first.mapping.drained();
    const second = read(kinesis, arn);
    await second.mapping.drained();
    await expect
      .poll(() => first.events.find((event) => event.type === 'sourceFailed')?.error)
      .toMatchObject({ name: 'ResourceInUseException' });
    await second.mapping.stop();
    await put(kinesis, 'contended', 'a');
    await first.mapping.drained();
    expect(first.seen).toEqual(['a']);
  });
});

describe.each([
  ['polling', (stream: string) => Promise.resolve(stream)],
  ['fan-out', async (stream: string) => await register(server.kinesis, stream, 'c')],
])('a stream that is resharded while it is read by %s', (how, sourceOf) => {
  test.each([
    ['from the beginning', 'TRIM_HORIZON'],
    ['from the latest record, with closed shards there', 'LATEST'],
  ])('is read in order for each key, %s', async (_, StartingPosition) => {
    const { kinesis } = server;
    const name = `resharded-${how}-${StartingPosition}`;
    const stream = await createStream(kinesis, name, 2);
    const source = await sourceOf(stream);
    const keys = Array.from({ length: 12 }, (_, index) => `key ${index}`);
    let round = 0;
    const putRound = async () => {
      round += 1;
      const Records = keys.map((key) => ({ PartitionKey: key, Data: Buffer.from(`${key}/${round}`) }));
      await kinesis.send(new PutRecordsCommand({ StreamName: name, Records }));
    };
    // A closed shard is there before the mapping is.
    await putRound();
    await split(name, SHARD, 2n ** 126n);
    await putRound();
    const { mapping, seen } = read(kinesis, source, { StartingPosition, BatchSize: 5 });
    await mapping.ready();
    const first = StartingPosition === 'LATEST' ? 3 : 1;
    await putRound();
    // A split of a split, a merge across the first split, and one of what comes of both.
    await split(name, 'shardId-000000000002', 2n ** 125n);
    await putRound();
    await kinesis.send(
      new MergeShardsCommand({
        StreamName: name,
        ShardToMerge: 'shardId-000000000005',
        AdjacentShardToMerge: 'shardId-000000000003',
      }),
    );
    await putRound();
    await kinesis.send(
      new UpdateShardCountCommand({ StreamName: name, TargetShardCount: 2, ScalingType: 'UNIFORM_SCALING' }),
    );
    await putRound();
    await mapping.drained();
    const rounds = Array.from({ length: round - first + 1 }, (_, index) => String(first + index));
    for (const key of keys) {
      const mine = seen.filter((text) => text.startsWith(`${key}/`)).map((text) => text.split('/')[1]);
      expect([key, mine]).toEqual([key, rounds]);
    }
  });
});
