import {
  DeleteTableCommand,
  DescribeTableCommand,
  PutItemCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import type { ShardIteratorType } from '@aws-sdk/client-dynamodb-streams';
import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DynamoDb } from './setup.ts';
import { createTable, key, readStream, shardIds, startForTest } from './setup.ts';

let db: DynamoDb;
beforeAll(async () => {
  db = await startForTest();
});
afterAll(() => db.stop());

const put = (table: string, pk: string) =>
  db.items.send(new PutItemCommand({ TableName: table, Item: { ...key(pk), at: { S: pk } } }));

async function iterator(arn: string, type: ShardIteratorType, sequenceNumber?: string) {
  const [shardId] = await shardIds(db, arn);
  const { ShardIterator: made } = await db.streams.send(
    new GetShardIteratorCommand({
      StreamArn: arn,
      ShardId: shardId,
      ShardIteratorType: type,
      SequenceNumber: sequenceNumber,
    }),
  );
  return made;
}

async function read(shardIterator: string | undefined, limit?: number) {
  const page = await db.streams.send(new GetRecordsCommand({ ShardIterator: shardIterator, Limit: limit }));
  return {
    keys: page.Records?.map((record) => record.dynamodb?.Keys?.pk?.S),
    next: page.NextShardIterator,
    numbers: page.Records?.map((record) => record.dynamodb?.SequenceNumber) ?? [],
  };
}

describe('a shard iterator', () => {
  let arn: string;
  let numbers: (string | undefined)[];
  beforeAll(async () => {
    arn = await createTable(db, 'iterators', 'KEYS_ONLY');
    for (const pk of ['a', 'b', 'c']) await put('iterators', pk);
    numbers = (await read(await iterator(arn, 'TRIM_HORIZON'))).numbers;
  });

  it('of TRIM_HORIZON begins at the oldest record', async () => {
    expect((await read(await iterator(arn, 'TRIM_HORIZON'))).keys).toEqual(['a', 'b', 'c']);
  });

  it('of AT_SEQUENCE_NUMBER begins at the record named', async () => {
    expect((await read(await iterator(arn, 'AT_SEQUENCE_NUMBER', numbers[1]))).keys).toEqual(['b', 'c']);
  });

  it('of AFTER_SEQUENCE_NUMBER begins after the record named', async () => {
    expect((await read(await iterator(arn, 'AFTER_SEQUENCE_NUMBER', numbers[1]))).keys).toEqual(['c']);
  });

  it('of LATEST gives only what is written later', async () => {
    const latestArn = await createTable(db, 'latest', 'KEYS_ONLY');
    await put('latest', 'before');
    const latest = await iterator(latestArn, 'LATEST');
    const { keys: none, next } = await read(latest);
    await put('latest', 'after');
    expect(none).toEqual([]);
    expect((await read(next)).keys).toEqual(['after']);
    expect((await read(latest)).keys).toEqual(['after']);
  });

  it('gives pages of Limit records, of which each continues the one before', async () => {
    const first = await read(await iterator(arn, 'TRIM_HORIZON'), 2);
    const second = await read(first.next, 2);
    expect([first.keys, second.keys]).toEqual([['a', 'b'], ['c']]);
    expect((await read(second.next, 2)).keys).toEqual([]);
  });

  it.each([
    ['AT_SEQUENCE_NUMBER without a number', 'AT_SEQUENCE_NUMBER', undefined, 'ValidationException'],
    ['a number that is none', 'AFTER_SEQUENCE_NUMBER', '12', 'ValidationException'],
    ['a number before the log', 'AT_SEQUENCE_NUMBER', `1${'0'.repeat(20)}`, 'TrimmedDataAccessException'],
    ['an unknown type', 'SOMEWHERE', undefined, 'ValidationException'],
  ])('is refused for %s', async (_, type, sequenceNumber, name) => {
    await expect(iterator(arn, type as ShardIteratorType, sequenceNumber)).rejects.toMatchObject({ name });
  });

  it('is refused for a stream or shard that does not exist', async () => {
    const nowhere = {
      ShardId: 'shardId-00000000000000000000-00000000',
      ShardIteratorType: 'LATEST',
    } as const;
    for (const StreamArn of [arn, `${arn}0`]) {
      await expect(
        db.streams.send(new GetShardIteratorCommand({ ...nowhere, StreamArn })),
      ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    }
  });

  it('is refused by GetRecords when it is malformed, or the limit is', async () => {
    await expect(read('nonsense')).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(read(await iterator(arn, 'LATEST'), 1_001)).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });
});

describe('a stream', () => {
  it('is told of by its table', async () => {
    const arn = await createTable(db, 'described', 'NEW_IMAGE');
    const { Table: table } = await db.items.send(new DescribeTableCommand({ TableName: 'described' }));
    expect(table).toMatchObject({
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      LatestStreamArn: arn,
      LatestStreamLabel: arn.split('/stream/')[1],
    });
  });

  it('is described and listed', async () => {
    const arn = await createTable(db, 'listed', 'OLD_IMAGE');
    const { StreamDescription: stream } = await db.streams.send(
      new DescribeStreamCommand({ StreamArn: arn }),
    );
    const { Streams: listed } = await db.streams.send(new ListStreamsCommand({ TableName: 'listed' }));
    expect(stream).toMatchObject({
      StreamArn: arn,
      StreamStatus: 'ENABLED',
      StreamViewType: 'OLD_IMAGE',
      TableName: 'listed',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      Shards: [{ SequenceNumberRange: { StartingSequenceNumber: expect.any(String) as string } }],
    });
    expect(listed).toEqual([{ StreamArn: arn, StreamLabel: arn.split('/stream/')[1], TableName: 'listed' }]);
  });

  it('is listed in pages', async () => {
    const wanted = [
      await createTable(db, 'page-1', 'KEYS_ONLY'),
      await createTable(db, 'page-2', 'KEYS_ONLY'),
    ];
    const found: (string | undefined)[] = [];
    let start: string | undefined;
    do {
      const page = await db.streams.send(
        new ListStreamsCommand({ Limit: 1, ExclusiveStartStreamArn: start }),
      );
      found.push(...(page.Streams?.map((stream) => stream.StreamArn) ?? []));
      start = page.LastEvaluatedStreamArn;
    } while (start !== undefined);
    expect(found).toEqual(expect.arrayContaining(wanted));
    expect(new Set(found).size).toBe(found.length);
  });

  it('does not exist for a table made without', async () => {
    await createTable(db, 'plain');
    await put('plain', 'a');
    const { Table: table } = await db.items.send(new DescribeTableCommand({ TableName: 'plain' }));
    expect(table?.LatestStreamArn).toBeUndefined();
    expect(table?.StreamSpecification).toBeUndefined();
  });

  it('can be enabled later, disabled and enabled again as another stream', async () => {
    await createTable(db, 'later');
    await put('later', 'unseen');
    const enable = new UpdateTableCommand({
      TableName: 'later',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
    });
    const disable = new UpdateTableCommand({
      TableName: 'later',
      StreamSpecification: { StreamEnabled: false },
    });

    const first = (await db.items.send(enable)).TableDescription?.LatestStreamArn ?? '';
    await expect(db.items.send(enable)).rejects.toMatchObject({ name: 'ValidationException' });
    await put('later', 'first');
    const { TableDescription: disabled } = await db.items.send(disable);
    await put('later', 'between');
    const second = (await db.items.send(enable)).TableDescription?.LatestStreamArn ?? '';
    await put('later', 'second');

    expect(disabled).not.toHaveProperty('StreamSpecification');
    expect(second).not.toBe(first);
    const keys = async (arn: string) =>
      (await readStream(db, arn)).map((record) => record.dynamodb?.Keys?.pk?.S);
    expect([await keys(first), await keys(second)]).toEqual([['first'], ['second']]);
    const { StreamDescription: closed } = await db.streams.send(
      new DescribeStreamCommand({ StreamArn: first }),
    );
    expect(closed?.StreamStatus).toBe('DISABLED');
    expect(closed?.Shards?.[0]?.SequenceNumberRange?.EndingSequenceNumber).toBeDefined();
  });

  it('outlives its table, and ends: the last page has no next iterator', async () => {
    const arn = await createTable(db, 'deleted', 'KEYS_ONLY');
    await put('deleted', 'a');
    await db.items.send(new DeleteTableCommand({ TableName: 'deleted' }));
    const last = await read(await iterator(arn, 'TRIM_HORIZON'));
    expect(last).toMatchObject({ keys: ['a'], next: undefined });
  });

  it('is refused without a view type', async () => {
    await createTable(db, 'no-view-type');
    const enable = new UpdateTableCommand({
      TableName: 'no-view-type',
      StreamSpecification: { StreamEnabled: true },
    });
    await expect(db.items.send(enable)).rejects.toMatchObject({ name: 'ValidationException' });
  });
});

describe('a stream of several shards', () => {
  it('keeps all records of a partition key in one of them', async () => {
    const many = await startForTest({ shardCount: 4 });
    try {
      const arn = await createTable(many, 'sharded', 'KEYS_ONLY');
      const names = Array.from({ length: 40 }, (_, index) => `k${index % 20}`);
      for (const [index, pk] of names.entries()) {
        await many.items.send(new PutItemCommand({ TableName: 'sharded', Item: key(pk, String(index)) }));
      }
      const shardOfKey = new Map<string | undefined, Set<string>>();
      for (const shardId of await shardIds(many, arn)) {
        const { ShardIterator: start } = await many.streams.send(
          new GetShardIteratorCommand({
            StreamArn: arn,
            ShardId: shardId,
            ShardIteratorType: 'TRIM_HORIZON',
          }),
        );
        const { Records: records = [] } = await many.streams.send(
          new GetRecordsCommand({ ShardIterator: start }),
        );
        for (const record of records) {
          const pk = record.dynamodb?.Keys?.pk?.S;
          shardOfKey.set(pk, (shardOfKey.get(pk) ?? new Set()).add(shardId));
        }
      }
      expect(shardOfKey.size).toBe(20);
      expect([...shardOfKey.values()].every((shards) => shards.size === 1)).toBe(true);
      expect(new Set([...shardOfKey.values()].flatMap((shards) => [...shards])).size).toBe(4);
      expect(await readStream(many, arn)).toHaveLength(40);
    } finally {
      await many.stop();
    }
  });
});
