import { beforeEach, describe, expect, it } from 'vitest';
import { createDynamoDbApi, type DynamoDbApi } from '../../../../lib/local/aws/dynamodb/api.ts';

const START_MS = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;

interface Page {
  readonly Records: readonly {
    readonly eventName: string;
    readonly userIdentity?: object;
    readonly dynamodb: { readonly Keys: { readonly pk: { readonly S: string } } };
  }[];
  readonly NextShardIterator?: string;
}

let nowMs: number;
let api: DynamoDbApi;
let streamArn: string;

const call = async <T>(operation: string, input: object): Promise<T> =>
  JSON.parse(await api.handle(`DynamoDB_20120810.${operation}`, input)) as T;
const callStreams = async <T>(operation: string, input: object): Promise<T> =>
  JSON.parse(await api.handle(`DynamoDBStreams_20120810.${operation}`, input)) as T;

const put = (pk: string, attributes: object): Promise<unknown> =>
  call('PutItem', { TableName: 'items', Item: { pk: { S: pk }, ...attributes } });
const enable = (on = true): Promise<unknown> =>
  call('UpdateTimeToLive', {
    TableName: 'items',
    TimeToLiveSpecification: { Enabled: on, AttributeName: 'expires' },
  });
const expires = (ms: number): object => ({ expires: { N: String(Math.floor(ms / 1_000)) } });

async function left(): Promise<string[]> {
  const { Items: items } = await call<{ Items: { pk: { S: string } }[] }>('Scan', { TableName: 'items' });
  return items.map(({ pk }) => pk.S).toSorted();
}

interface Described {
  readonly StreamDescription: {
    readonly Shards: readonly {
      readonly ShardId: string;
      readonly ParentShardId?: string;
      readonly SequenceNumberRange: object;
    }[];
  };
}

async function shards(): Promise<Described['StreamDescription']['Shards']> {
  return (await callStreams<Described>('DescribeStream', { StreamArn: streamArn })).StreamDescription.Shards;
}

async function read(shardId: string): Promise<Page> {
  const { ShardIterator } = await callStreams<{ ShardIterator: string }>('GetShardIterator', {
    StreamArn: streamArn,
    ShardId: shardId,
    ShardIteratorType: 'TRIM_HORIZON',
  });
  return callStreams('GetRecords', { ShardIterator });
}

async function start(shardLifeMs = Infinity): Promise<void> {
  nowMs = START_MS;
  const limits = { retentionMs: 24 * HOUR_MS, maxBytes: Infinity };
  api = createDynamoDbApi({ shardCount: 1, shardLifeMs, limits }, () => nowMs);
  const { TableDescription: table } = await call<{ TableDescription: { LatestStreamArn: string } }>(
    'CreateTable',
    {
      TableName: 'items',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'kind', AttributeType: 'S' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byKind',
          KeySchema: [{ AttributeName: 'kind', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    },
  );
  streamArn = table.LatestStreamArn;
}

describe('time to live', () => {
  beforeEach(() => start());

  it('deletes an item whose time is over, and says in the stream that the service did it', async () => {
    await enable();
    await put('soon', expires(START_MS + HOUR_MS));
    await put('later', expires(START_MS + 3 * HOUR_MS));
    await api.expireItems();
    expect(await left()).toEqual(['later', 'soon']);
    nowMs += 2 * HOUR_MS;
    await api.expireItems();
    await api.expireItems();
    expect(await left()).toEqual(['later']);

    const { Records: records } = await read((await shards())[0]!.ShardId);
    expect(records.map(({ eventName, userIdentity }) => [eventName, userIdentity])).toEqual([
      ['INSERT', undefined],
      ['INSERT', undefined],
      ['REMOVE', { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' }],
    ]);
  });

  it('leaves what has no time, none that is a number, or one of more than five years ago', async () => {
    await enable();
    await put('none', {});
    await put('text', { expires: { S: String(START_MS / 1_000 - 10) } });
    await put('ancient', expires(START_MS - 6 * 366 * 24 * HOUR_MS));
    await put('past', expires(START_MS - HOUR_MS));
    await api.expireItems();
    expect(await left()).toEqual(['ancient', 'none', 'text']);
  });

  it('follows what is written later, and what a client deletes is the client’s', async () => {
    await enable();
    for (const pk of ['longer', 'freed', 'gone']) await put(pk, expires(START_MS + HOUR_MS));
    await put('longer', expires(START_MS + 5 * HOUR_MS));
    await put('freed', {});
    await call('DeleteItem', { TableName: 'items', Key: { pk: { S: 'gone' } } });
    nowMs += 2 * HOUR_MS;
    await api.expireItems();
    expect(await left()).toEqual(['freed', 'longer']);
    const { Records: records } = await read((await shards())[0]!.ShardId);
    expect(records.filter(({ userIdentity }) => userIdentity)).toEqual([]);
  });

  it('takes items that were there before it, out of their indexes too, and none once it is off', async () => {
    const kind = { kind: { S: 'k' } };
    await put('old', { ...kind, ...expires(START_MS - HOUR_MS) });
    await put('kept', { ...kind, ...expires(START_MS + HOUR_MS) });
    await enable();
    await api.expireItems();
    const { Count: count } = await call<{ Count: number }>('Query', {
      TableName: 'items',
      IndexName: 'byKind',
      KeyConditionExpression: 'kind = :k',
      ExpressionAttributeValues: { ':k': kind.kind },
    });
    expect([await left(), count]).toEqual([['kept'], 1]);
    await enable(false);
    nowMs += 2 * HOUR_MS;
    await api.expireItems();
    expect(await left()).toEqual(['kept']);
  });
});

describe('shards that live for four hours', () => {
  beforeEach(() => start(4 * HOUR_MS));

  it('are closed, and go on in a child, whose sequence numbers are higher', async () => {
    await put('a', {});
    nowMs += 5 * HOUR_MS;
    await put('b', {});
    const [parent, child, ...more] = await shards();
    expect(more).toEqual([]);
    expect([parent?.ParentShardId, child?.ParentShardId]).toEqual([undefined, parent?.ShardId]);
    expect([parent?.SequenceNumberRange, child?.SequenceNumberRange]).toEqual([
      { StartingSequenceNumber: '100000000000000000001', EndingSequenceNumber: '100000000000000000001' },
      { StartingSequenceNumber: '100000000000000000002' },
    ]);
    const [ended, going] = [await read(parent!.ShardId), await read(child!.ShardId)];
    expect([ended.Records.length, ended.NextShardIterator]).toEqual([1, undefined]);
    expect([going.Records.length, going.NextShardIterator === undefined]).toEqual([1, false]);
  });

  it('leave the stream with their last record, after 24 hours', async () => {
    await put('a', {});
    nowMs += 5 * HOUR_MS;
    await put('b', {});
    const [parent, child] = await shards();
    nowMs += 20 * HOUR_MS;
    expect((await read(parent!.ShardId)).Records).toEqual([]);
    nowMs += 5 * HOUR_MS;
    const kept = await shards();
    expect(kept.map(({ ShardId }) => ShardId)).not.toContain(parent!.ShardId);
    expect(kept[0]!.ShardId).toBe(child!.ShardId);
  });
});
