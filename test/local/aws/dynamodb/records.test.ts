import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DynamoDb } from './setup.ts';
import { createTable, key, readStream, startForTest } from './setup.ts';

let db: DynamoDb;
beforeAll(async () => {
  db = await startForTest();
});
afterAll(() => db.stop());

const put = (table: string, item: PutItemCommand['input']['Item']) =>
  db.items.send(new PutItemCommand({ TableName: table, Item: item }));

describe('the images', () => {
  it.each([
    ['KEYS_ONLY', false, false],
    ['NEW_IMAGE', true, false],
    ['OLD_IMAGE', false, true],
    ['NEW_AND_OLD_IMAGES', true, true],
  ] as const)('of %s are the ones that it names', async (viewType, hasNew, hasOld) => {
    const table = `images-${viewType}`;
    const arn = await createTable(db, table, viewType);
    const [one, two] = [
      { ...key('a'), n: { N: '1' } },
      { ...key('a'), n: { N: '2' } },
    ];

    await put(table, one);
    await put(table, two);
    await db.items.send(new DeleteItemCommand({ TableName: table, Key: key('a') }));

    const records = await readStream(db, arn);
    expect(
      records.map(({ eventName, dynamodb }) => [eventName, dynamodb?.NewImage, dynamodb?.OldImage]),
    ).toEqual([
      ['INSERT', hasNew ? one : undefined, undefined],
      ['MODIFY', hasNew ? two : undefined, hasOld ? one : undefined],
      ['REMOVE', undefined, hasOld ? two : undefined],
    ]);
    for (const record of records) {
      expect(record.dynamodb).toMatchObject({ Keys: key('a'), StreamViewType: viewType });
    }
  });

  it('carry every type of attribute unchanged', async () => {
    const arn = await createTable(db, 'types', 'NEW_IMAGE');
    const item = {
      ...key('all'),
      text: { S: 'ünïcode' },
      number: { N: '-12.5' },
      bytes: { B: Uint8Array.from([0, 255, 7]) },
      truth: { BOOL: true },
      nothing: { NULL: true as const },
      texts: { SS: ['b', 'a'] },
      numbers: { NS: ['1', '2'] },
      blobs: { BS: [Uint8Array.from([1])] },
      list: { L: [{ N: '1' }, { M: { deep: { S: 'x' } } }] },
      empty: { M: {} },
    };
    await put('types', item);
    const [record] = await readStream(db, arn);
    expect(record?.dynamodb?.NewImage).toEqual(item);
  });
});

describe('a record', () => {
  it('says what happened, when, and how large it is', async () => {
    const arn = await createTable(db, 'envelope', 'NEW_AND_OLD_IMAGES');
    const before = Math.floor(Date.now() / 1_000) * 1_000;
    await put('envelope', { ...key('a'), text: { S: '12345' } });
    const [record] = await readStream(db, arn);
    expect(record).toMatchObject({
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      dynamodb: {
        SequenceNumber: expect.stringMatching(/^\d{21,40}$/) as string,
        // Keys: 2 + 1 and 2 + 1; the image has these again and 4 + 5.
        SizeBytes: 6 + 6 + 9,
      },
    });
    expect(record?.dynamodb?.ApproximateCreationDateTime?.getTime()).toBeGreaterThanOrEqual(before);
  });
});

describe('what makes a record', () => {
  it('is an update, with the images before and after', async () => {
    const arn = await createTable(db, 'updates', 'NEW_AND_OLD_IMAGES');
    const add = new UpdateItemCommand({
      TableName: 'updates',
      Key: key('a'),
      UpdateExpression: 'ADD n :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
      ReturnValues: 'UPDATED_NEW',
    });
    const first = await db.items.send(add);
    const second = await db.items.send(add);

    expect([first.Attributes, second.Attributes]).toEqual([{ n: { N: '1' } }, { n: { N: '2' } }]);
    const records = await readStream(db, arn);
    expect(
      records.map(({ eventName, dynamodb }) => [eventName, dynamodb?.OldImage?.n, dynamodb?.NewImage?.n]),
    ).toEqual([
      ['INSERT', undefined, { N: '1' }],
      ['MODIFY', { N: '1' }, { N: '2' }],
    ]);
  });

  it('is each request of a batch', async () => {
    const arn = await createTable(db, 'batches', 'NEW_AND_OLD_IMAGES');
    await put('batches', { ...key('old'), n: { N: '1' } });
    await db.items.send(
      new BatchWriteItemCommand({
        RequestItems: {
          batches: [
            { PutRequest: { Item: { ...key('new'), n: { N: '2' } } } },
            { DeleteRequest: { Key: key('old') } },
            { DeleteRequest: { Key: key('never-was') } },
          ],
        },
      }),
    );
    const records = await readStream(db, arn);
    const ofBatch = records
      .slice(1)
      .map(({ eventName, dynamodb }) => `${String(eventName)} ${String(dynamodb?.Keys?.pk?.S)}`);
    expect(ofBatch.sort()).toEqual(['INSERT new', 'REMOVE old']);
  });

  it('is not a write that changes nothing', async () => {
    const arn = await createTable(db, 'unchanged', 'NEW_AND_OLD_IMAGES');
    const item = {
      ...key('a'),
      n: { N: '1' },
      set: { SS: ['x', 'y'] },
      map: { M: { a: { N: '1' }, b: { N: '2' } } },
    };
    await put('unchanged', item);

    await put('unchanged', item);
    await put('unchanged', { ...item, n: { N: '1.0' }, set: { SS: ['y', 'x'] } });
    await put('unchanged', { ...item, map: { M: { b: { N: '2' }, a: { N: '1' } } } });
    await db.items.send(
      new UpdateItemCommand({
        TableName: 'unchanged',
        Key: key('a'),
        UpdateExpression: 'SET n = :one REMOVE nothing',
        ExpressionAttributeValues: { ':one': { N: '1' } },
      }),
    );
    await db.items.send(new DeleteItemCommand({ TableName: 'unchanged', Key: key('absent') }));

    expect(await readStream(db, arn)).toHaveLength(1);
  });

  it('is not a write whose condition fails', async () => {
    const arn = await createTable(db, 'conditions', 'NEW_AND_OLD_IMAGES');
    await put('conditions', { ...key('a'), n: { N: '1' } });
    const refused = new PutItemCommand({
      TableName: 'conditions',
      Item: { ...key('a'), n: { N: '2' } },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    await expect(db.items.send(refused)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect(await readStream(db, arn)).toHaveLength(1);
  });
});

describe('the order', () => {
  it('per item is that of its writes, under concurrent writers', async () => {
    const arn = await createTable(db, 'ordered', 'NEW_AND_OLD_IMAGES');
    const names = ['a', 'b', 'c'];
    const writes = Array.from({ length: 150 }, (_, index) =>
      db.items.send(
        new UpdateItemCommand({
          TableName: 'ordered',
          Key: key(names[index % names.length]!),
          UpdateExpression: 'ADD n :one',
          ExpressionAttributeValues: { ':one': { N: '1' } },
        }),
      ),
    );
    await Promise.all(writes);

    const records = await readStream(db, arn, 40);
    const numbers = records.map((record) => BigInt(record.dynamodb?.SequenceNumber ?? 0));
    expect(numbers).toEqual([...numbers].sort((a, b) => (a < b ? -1 : 1)));
    expect(new Set(numbers).size).toBe(150);
    for (const name of names) {
      const ofItem = records.filter((record) => record.dynamodb?.Keys?.pk?.S === name);
      expect(ofItem.map((record) => Number(record.dynamodb?.NewImage?.n?.N))).toEqual(
        Array.from({ length: 50 }, (_, index) => index + 1),
      );
      expect(ofItem.slice(1).map((record) => record.dynamodb?.OldImage)).toEqual(
        ofItem.slice(0, -1).map((record) => record.dynamodb?.NewImage),
      );
    }
  });
});
