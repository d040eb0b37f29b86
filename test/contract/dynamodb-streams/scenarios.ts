import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  PutItemCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  type AttributeValue,
  type StreamViewType,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
  type _Record,
  type GetShardIteratorCommandInput,
} from '@aws-sdk/client-dynamodb-streams';
import { createTable, key, type DynamoDb } from '../../local/aws/dynamodb/setup.ts';
import { plain, readOn, recordsOf, shardsOf } from './read.ts';

/** What is done to a DynamoDB, and what it must come to, by the documentation: on ours and on DynamoDB Local. */
export interface Scenario {
  readonly name: string;
  readonly run: (db: DynamoDb, table: string) => Promise<unknown>;
  readonly expected: unknown;
}

type Item = Record<string, AttributeValue>;

const put = (db: DynamoDb, table: string, item: Item) =>
  db.items.send(new PutItemCommand({ TableName: table, Item: item }));
const remove = (db: DynamoDb, table: string, pk: string) =>
  db.items.send(new DeleteItemCommand({ TableName: table, Key: key(pk) }));
const update = (db: DynamoDb, table: string, pk: string, expression: string, values?: Item) =>
  db.items.send(
    new UpdateItemCommand({
      TableName: table,
      Key: key(pk),
      UpdateExpression: expression,
      ...(values && { ExpressionAttributeValues: values }),
    }),
  );
const stream = (db: DynamoDb, table: string, specification: { on: boolean; view?: StreamViewType }) =>
  db.items.send(
    new UpdateTableCommand({
      TableName: table,
      StreamSpecification: {
        StreamEnabled: specification.on,
        ...(specification.view && { StreamViewType: specification.view }),
      },
    }),
  );

/** The name of the error that comes of it, or `none`. */
async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    return (error as Error).name;
  }
}

const keys = (pk: string): string => `{"pk":{"S":"${pk}"},"sk":{"S":"s"}}`;
const image = (pk: string, rest: string): string => `{${rest},"pk":{"S":"${pk}"},"sk":{"S":"s"}}`;

const VIEWS: Scenario[] = (
  [
    ['KEYS_ONLY', false, false],
    ['NEW_IMAGE', true, false],
    ['OLD_IMAGE', false, true],
    ['NEW_AND_OLD_IMAGES', true, true],
  ] as const
).map(([view, hasNew, hasOld]) => {
  const one = image('a', '"n":{"N":"1"}');
  const two = image('a', '"n":{"N":"2"}');
  // Names and values: pk + a, sk + s; n + 1 of three bytes: a number takes one byte per two digits, and one more.
  const bytes = (images: number): number => 6 + images * 9;
  return {
    name: `records of view type ${view}`,
    run: async (db, table) => {
      const arn = await createTable(db, table, view);
      await put(db, table, { ...key('a'), n: { N: '1' } });
      await put(db, table, { ...key('a'), n: { N: '2' } });
      await remove(db, table, 'a');
      return (await recordsOf(db, arn)).map(plain);
    },
    expected: (
      [
        ['INSERT', undefined, one],
        ['MODIFY', one, two],
        ['REMOVE', two, undefined],
      ] as const
    ).map(([event, before, after]) => {
      const oldImage = hasOld ? before : undefined;
      const newImage = hasNew ? after : undefined;
      const images = (oldImage ? 1 : 0) + (newImage ? 1 : 0);
      return { event, keys: keys('a'), oldImage, newImage, bytes: bytes(images), view, by: undefined };
    }),
  };
});

const WRITES: Scenario[] = [
  {
    name: 'a write that changes nothing makes no record',
    run: async (db, table) => {
      const arn = await createTable(db, table, 'NEW_AND_OLD_IMAGES');
      const item = {
        ...key('a'),
        n: { N: '1' },
        s: { SS: ['x', 'y'] },
        m: { M: { deep: { L: [{ N: '2' }] } } },
        b: { B: Uint8Array.of(1) },
      };
      await put(db, table, item);
      await put(db, table, item);
      await put(db, table, { ...item, n: { N: '1.0' }, s: { SS: ['y', 'x'] } });
      await update(db, table, 'a', 'SET n = :n REMOVE nothing', { ':n': { N: '1' } });
      await update(db, table, 'a', 'ADD s :s', { ':s': { SS: ['x'] } });
      await remove(db, table, 'nobody');
      await update(db, table, 'created', 'REMOVE nothing');
      await update(db, table, 'created', 'REMOVE nothing');
      return (await recordsOf(db, arn)).map(({ eventName, dynamodb }) => [eventName, dynamodb?.Keys?.pk?.S]);
    },
    expected: [
      ['INSERT', 'a'],
      ['INSERT', 'created'],
    ],
  },
  {
    name: 'a refused write makes no record',
    run: async (db, table) => {
      const arn = await createTable(db, table, 'NEW_AND_OLD_IMAGES');
      await put(db, table, { ...key('a'), n: { N: '1' } });
      const onlyNew = { TableName: table, ConditionExpression: 'attribute_not_exists(pk)' };
      const errors = [
        await refusal(
          db.items.send(new PutItemCommand({ ...onlyNew, Item: { ...key('a'), n: { N: '2' } } })),
        ),
        await refusal(db.items.send(new DeleteItemCommand({ ...onlyNew, Key: key('a') }))),
        await refusal(update(db, table, 'a', 'SET n = n + :s', { ':s': { S: 'no number' } })),
      ];
      return [errors, (await recordsOf(db, arn)).length];
    },
    expected: [
      ['ConditionalCheckFailedException', 'ConditionalCheckFailedException', 'ValidationException'],
      1,
    ],
  },
  {
    name: 'a batch makes a record for each item that it changes',
    run: async (db, table) => {
      const arn = await createTable(db, table, 'KEYS_ONLY');
      await put(db, table, key('same'));
      await put(db, table, key('gone'));
      await db.items.send(
        new BatchWriteItemCommand({
          RequestItems: {
            [table]: [
              { PutRequest: { Item: key('new') } },
              { PutRequest: { Item: key('same') } },
              { DeleteRequest: { Key: key('gone') } },
              { DeleteRequest: { Key: key('never') } },
            ],
          },
        }),
      );
      const records = (await recordsOf(db, arn)).slice(2);
      return records.map(({ eventName, dynamodb }) => `${eventName} ${dynamodb?.Keys?.pk?.S}`).toSorted();
    },
    expected: ['INSERT new', 'REMOVE gone'],
  },
  {
    name: 'an item that is replaced is the same item: MODIFY, with both images',
    run: async (db, table) => {
      const arn = await createTable(db, table, 'NEW_AND_OLD_IMAGES');
      await put(db, table, { ...key('a'), x: { S: '' } });
      await put(db, table, { ...key('a'), y: { BOOL: false } });
      return (await recordsOf(db, arn))
        .map(plain)
        .map(({ event, oldImage, newImage }) => [event, oldImage, newImage]);
    },
    expected: [
      ['INSERT', undefined, '{"pk":{"S":"a"},"sk":{"S":"s"},"x":{"S":""}}'],
      [
        'MODIFY',
        '{"pk":{"S":"a"},"sk":{"S":"s"},"x":{"S":""}}',
        '{"pk":{"S":"a"},"sk":{"S":"s"},"y":{"BOOL":false}}',
      ],
    ],
  },
];

const EXPIRY: Scenario[] = [
  {
    name: 'an item whose time to live is over is deleted by the service',
    run: async (db, table) => {
      const arn = await createTable(db, table, 'NEW_AND_OLD_IMAGES');
      await db.items.send(
        new UpdateTimeToLiveCommand({
          TableName: table,
          TimeToLiveSpecification: { Enabled: true, AttributeName: 'expires' },
        }),
      );
      const seconds = (from: number): AttributeValue => ({
        N: String(Math.floor(Date.now() / 1_000) + from),
      });
      await put(db, table, { ...key('kept'), expires: seconds(3_600) });
      await put(db, table, { ...key('text'), expires: { S: '1' } });
      await put(db, table, { ...key('over'), expires: seconds(-5) });
      let records: _Record[] = [];
      while (records.length < 4) records = await recordsOf(db, arn);
      const { event, keys: deleted, newImage, by } = plain(records[3]!);
      return { event, deleted, newImage, by };
    },
    expected: {
      event: 'REMOVE',
      deleted: keys('over'),
      newImage: undefined,
      by: 'Service dynamodb.amazonaws.com',
    },
  },
];

const READING: Scenario[] = [
  {
    name: 'the four kinds of iterator begin where they say',
    run: async (db, table) => {
      const arn = await createTable(db, table, 'KEYS_ONLY');
      for (const pk of ['a', 'b', 'c']) await put(db, table, key(pk));
      const [shard] = await shardsOf(db, arn);
      const sequenceNumber = (await recordsOf(db, arn))[1]?.dynamodb?.SequenceNumber;
      const from = (input: Pick<GetShardIteratorCommandInput, 'ShardIteratorType' | 'SequenceNumber'>) =>
        db.streams.send(new GetShardIteratorCommand({ StreamArn: arn, ShardId: shard?.ShardId, ...input }));
      const iterators = [
        await from({ ShardIteratorType: 'TRIM_HORIZON' }),
        await from({ ShardIteratorType: 'LATEST' }),
        await from({ ShardIteratorType: 'AT_SEQUENCE_NUMBER', SequenceNumber: sequenceNumber }),
        await from({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: sequenceNumber }),
      ];
      await put(db, table, key('d'));
      const read: string[] = [];
      for (const { ShardIterator: iterator } of iterators)
        read.push((await readOn(db, iterator)).map(({ dynamodb }) => dynamodb?.Keys?.pk?.S).join(''));
      return read;
    },
    expected: ['abcd', 'd', 'bcd', 'cd'],
  },
  {
    name: 'pages hold as many records as asked for, and sequence numbers go up',
    run: async (db, table) => {
      const arn = await createTable(db, table, 'KEYS_ONLY');
      for (let i = 0; i < 7; i++) await put(db, table, key(String(i)));
      const [shard] = await shardsOf(db, arn);
      const input = { StreamArn: arn, ShardId: shard?.ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
      let { ShardIterator: iterator } = await db.streams.send(new GetShardIteratorCommand(input));
      const pages: number[] = [];
      const numbers: bigint[] = [];
      while (pages.at(-1) !== 0) {
        const page = await db.streams.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: 3 }));
        pages.push(page.Records?.length ?? -1);
        numbers.push(...(page.Records ?? []).map(({ dynamodb }) => BigInt(dynamodb?.SequenceNumber ?? -1)));
        iterator = page.NextShardIterator;
      }
      return [
        pages,
        numbers.every((number, i) => i === 0 || number > numbers[i - 1]!),
        iterator !== undefined,
      ];
    },
    expected: [[3, 3, 1, 0], true, true],
  },
  {
    name: 'what cannot be asked for is refused',
    run: async (db, table) => {
      const arn = await createTable(db, table, 'KEYS_ONLY');
      await put(db, table, key('a'));
      const [shard] = await shardsOf(db, arn);
      const sequenceNumber = (await recordsOf(db, arn))[0]?.dynamodb?.SequenceNumber;
      const good = { StreamArn: arn, ShardId: shard?.ShardId, ShardIteratorType: 'LATEST' } as const;
      const iterator = (input: object): Promise<string> =>
        refusal(db.streams.send(new GetShardIteratorCommand({ ...good, ...input })));
      const { ShardIterator } = await db.streams.send(new GetShardIteratorCommand(good));
      const records = (input: object): Promise<string> =>
        refusal(db.streams.send(new GetRecordsCommand({ ShardIterator, ...input })));
      return {
        noSuchStream: await iterator({ StreamArn: `${arn}9` }),
        noSuchShard: await iterator({ ShardId: 'shardId-00000000000000000000-12345678' }),
        noSuchType: await iterator({ ShardIteratorType: 'NEWEST' }),
        noSequenceNumber: await iterator({ ShardIteratorType: 'AT_SEQUENCE_NUMBER' }),
        shortSequenceNumber: await iterator({
          ShardIteratorType: 'AT_SEQUENCE_NUMBER',
          SequenceNumber: '12',
        }),
        needlessSequenceNumber: await iterator({ SequenceNumber: sequenceNumber }),
        noIterator: await records({ ShardIterator: undefined }),
        garbledIterator: await records({ ShardIterator: 'garbled' }),
        noRecords: await records({ Limit: 0 }),
        tooManyRecords: await records({ Limit: 1_001 }),
        noShards: await refusal(db.streams.send(new DescribeStreamCommand({ StreamArn: arn, Limit: 0 }))),
        described: await refusal(db.streams.send(new DescribeStreamCommand({ StreamArn: `${arn}9` }))),
      };
    },
    expected: {
      noSuchStream: 'ResourceNotFoundException',
      noSuchShard: 'ResourceNotFoundException',
      noSuchType: 'ValidationException',
      noSequenceNumber: 'ValidationException',
      shortSequenceNumber: 'ValidationException',
      needlessSequenceNumber: 'ValidationException',
      noIterator: 'ValidationException',
      garbledIterator: 'ValidationException',
      noRecords: 'ValidationException',
      tooManyRecords: 'ValidationException',
      noShards: 'ValidationException',
      described: 'ResourceNotFoundException',
    },
  },
];

const LIFE: Scenario[] = [
  {
    name: 'a stream that is disabled takes nothing more, is read to its end, and another one begins',
    run: async (db, table) => {
      const arn = await createTable(db, table, 'KEYS_ONLY');
      await put(db, table, key('a'));
      const { TableDescription: disabled } = await stream(db, table, { on: false });
      await put(db, table, key('unseen'));
      const [shard] = await shardsOf(db, arn);
      const input = { StreamArn: arn, ShardId: shard?.ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
      const { ShardIterator } = await db.streams.send(new GetShardIteratorCommand(input));
      const last = await db.streams.send(new GetRecordsCommand({ ShardIterator }));
      const { StreamDescription: old } = await db.streams.send(new DescribeStreamCommand({ StreamArn: arn }));
      const { TableDescription: again } = await stream(db, table, { on: true, view: 'NEW_IMAGE' });
      await put(db, table, key('b'));
      return {
        disabled: [disabled?.StreamSpecification, disabled?.LatestStreamArn === arn],
        old: [
          old?.StreamStatus,
          old?.StreamViewType,
          shard?.SequenceNumberRange?.EndingSequenceNumber !== undefined,
        ],
        last: [last.Records?.map(({ dynamodb }) => dynamodb?.Keys?.pk?.S), last.NextShardIterator],
        again: [again?.StreamSpecification, again?.LatestStreamArn === arn],
        read: (await recordsOf(db, again?.LatestStreamArn ?? '')).map(plain).map(({ newImage }) => newImage),
      };
    },
    expected: {
      disabled: [undefined, true],
      old: ['DISABLED', 'KEYS_ONLY', true],
      last: [['a'], undefined],
      again: [{ StreamEnabled: true, StreamViewType: 'NEW_IMAGE' }, false],
      read: [keys('b')],
    },
  },
  {
    name: 'a stream that cannot be enabled or disabled is refused',
    run: async (db, table) => {
      const view = 'EVERYTHING' as StreamViewType;
      const unknownView = await refusal(createTable(db, table, view));
      await createTable(db, table, 'KEYS_ONLY');
      const twice = await refusal(stream(db, table, { on: true, view: 'KEYS_ONLY' }));
      await stream(db, table, { on: false });
      return { unknownView, twice, noneLeft: await refusal(stream(db, table, { on: false })) };
    },
    expected: {
      unknownView: 'ValidationException',
      twice: 'ValidationException',
      noneLeft: 'ValidationException',
    },
  },
  {
    name: 'streams are listed by table, and outlive it',
    run: async (db, table) => {
      const first = await createTable(db, table, 'KEYS_ONLY');
      await put(db, table, key('a'));
      await stream(db, table, { on: false });
      const { TableDescription: second } = await stream(db, table, { on: true, view: 'NEW_IMAGE' });
      const { Table: described } = await db.items.send(new DescribeTableCommand({ TableName: table }));
      const list = async (name: string): Promise<(string | undefined)[]> => {
        const { Streams: listed = [] } = await db.streams.send(new ListStreamsCommand({ TableName: name }));
        return listed.map(({ StreamArn: arn }) => arn);
      };
      const both = [first, second?.LatestStreamArn].toSorted();
      const listed = (await list(table)).toSorted();
      await db.items.send(new DeleteTableCommand({ TableName: table }));
      return {
        latest: described?.LatestStreamArn === second?.LatestStreamArn,
        label: second?.LatestStreamArn?.endsWith(`/stream/${second.LatestStreamLabel ?? '?'}`),
        listed: JSON.stringify(listed) === JSON.stringify(both),
        ofNoTable: await list(`${table}-missing`),
        readAfterwards: (await recordsOf(db, first)).length,
      };
    },
    expected: { latest: true, label: true, listed: true, ofNoTable: [], readAfterwards: 1 },
  },
];

export const SCENARIOS: readonly Scenario[] = [...VIEWS, ...WRITES, ...EXPIRY, ...READING, ...LIFE];
