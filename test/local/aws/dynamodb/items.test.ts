import {
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTimeToLiveCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DynamoDb } from './setup.ts';
import { createTable, key, startForTest } from './setup.ts';

let db: DynamoDb;
beforeAll(async () => {
  db = await startForTest();
});
afterAll(() => db.stop());

describe('ReturnValues', () => {
  it.each(['with', 'without'] as const)('are those asked for, %s a stream', async (kind) => {
    const table = `returned-${kind}`;
    await createTable(db, table, kind === 'with' ? 'KEYS_ONLY' : undefined);
    const put = { TableName: table, Item: { ...key('a'), n: { N: '1' } } };

    const silent = await db.items.send(new PutItemCommand(put));
    const old = await db.items.send(new PutItemCommand({ ...put, ReturnValues: 'ALL_OLD' }));
    const updated = await db.items.send(
      new UpdateItemCommand({
        TableName: table,
        Key: key('a'),
        UpdateExpression: 'SET m = :two',
        ExpressionAttributeValues: { ':two': { N: '2' } },
        ReturnValues: 'ALL_NEW',
      }),
    );
    const deleted = await db.items.send(new DeleteItemCommand({ TableName: table, Key: key('a') }));

    expect(silent.Attributes).toBeUndefined();
    expect(old.Attributes).toEqual(put.Item);
    expect(updated.Attributes).toEqual({ ...put.Item, m: { N: '2' } });
    expect(deleted.Attributes).toBeUndefined();
  });
});

describe('ReturnValuesOnConditionCheckFailure', () => {
  const item = { ...key('a'), mark: { S: '5' } };
  beforeAll(async () => {
    await createTable(db, 'failing', 'KEYS_ONLY');
    await db.items.send(new PutItemCommand({ TableName: 'failing', Item: item }));
  });
  const conditional = {
    TableName: 'failing',
    ConditionExpression: 'mark < :mark',
    ExpressionAttributeValues: { ':mark': { S: '3' } },
  };

  it.each([
    [
      'PutItem',
      new PutItemCommand({ ...conditional, Item: item, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
    ],
    [
      'UpdateItem',
      new UpdateItemCommand({
        ...conditional,
        Key: key('a'),
        UpdateExpression: 'SET mark = :mark',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    ],
    [
      'DeleteItem',
      new DeleteItemCommand({
        ...conditional,
        Key: key('a'),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    ],
  ])('gives the item that failed %s', async (_, command) => {
    await expect(db.items.send(command as PutItemCommand)).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      Item: item,
    });
  });

  it('gives no item unless asked, nor where there is none', async () => {
    const unasked = db.items.send(new PutItemCommand({ ...conditional, Item: item }));
    const absent = db.items.send(
      new PutItemCommand({ ...conditional, Item: key('b'), ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
    );
    await expect(unasked).rejects.toMatchObject({ name: 'ConditionalCheckFailedException', Item: undefined });
    await expect(absent).rejects.toMatchObject({ name: 'ConditionalCheckFailedException', Item: undefined });
  });

  it('lets exactly one of several concurrent writers pass, and shows the others its item', async () => {
    const attempts = Array.from({ length: 20 }, (_, index) =>
      db.items.send(
        new PutItemCommand({
          TableName: 'failing',
          Item: { ...key('race'), by: { N: String(index) } },
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );
    const outcomes = await Promise.allSettled(attempts);
    const winner = outcomes.findIndex(({ status }) => status === 'fulfilled');
    const seen = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected'
        ? [(outcome.reason as { Item?: { by?: { N?: string } } }).Item?.by?.N]
        : [],
    );
    expect(seen).toEqual(Array.from({ length: 19 }, () => String(winner)));
  });
});

describe('time to live', () => {
  it('is kept and told', async () => {
    await createTable(db, 'expiring');
    const describeIt = () => db.items.send(new DescribeTimeToLiveCommand({ TableName: 'expiring' }));
    const update = (Enabled: boolean) =>
      db.items.send(
        new UpdateTimeToLiveCommand({
          TableName: 'expiring',
          TimeToLiveSpecification: { AttributeName: 'expires', Enabled },
        }),
      );

    expect((await describeIt()).TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'DISABLED' });
    await update(true);
    expect((await describeIt()).TimeToLiveDescription).toEqual({
      TimeToLiveStatus: 'ENABLED',
      AttributeName: 'expires',
    });
    await expect(update(true)).rejects.toMatchObject({ name: 'ValidationException' });
    await update(false);
    expect((await describeIt()).TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'DISABLED' });
  });

  it('needs a table', async () => {
    await expect(
      db.items.send(new DescribeTimeToLiveCommand({ TableName: 'nowhere' })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('tables and queries', () => {
  it('are as in DynamoDB, indexes included', async () => {
    await db.items.send(
      new CreateTableCommand({
        TableName: 'indexed',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: ['pk', 'group'].map((AttributeName) => ({
          AttributeName,
          AttributeType: 'S' as const,
        })),
        GlobalSecondaryIndexes: [
          {
            IndexName: 'byGroup',
            KeySchema: [{ AttributeName: 'group', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
      }),
    );
    for (const pk of ['a', 'b', 'c']) {
      const group = pk === 'b' ? 'even' : 'odd';
      await db.items.send(
        new PutItemCommand({ TableName: 'indexed', Item: { pk: { S: pk }, group: { S: group } } }),
      );
    }
    const { Items: odd } = await db.items.send(
      new QueryCommand({
        TableName: 'indexed',
        IndexName: 'byGroup',
        KeyConditionExpression: '#group = :group',
        ExpressionAttributeNames: { '#group': 'group' },
        ExpressionAttributeValues: { ':group': { S: 'odd' } },
      }),
    );
    expect(odd?.map((item) => item.pk?.S).sort()).toEqual(['a', 'c']);
  });

  it('can be deleted with their items and made again, empty', async () => {
    await createTable(db, 'again', 'KEYS_ONLY');
    await db.items.send(new PutItemCommand({ TableName: 'again', Item: key('a') }));
    await db.items.send(new DeleteTableCommand({ TableName: 'again' }));
    await expect
      .poll(async () => (await db.items.send(new ListTablesCommand({}))).TableNames)
      .not.toContain('again');
    await createTable(db, 'again');
    const { Items: items } = await db.items.send(
      new QueryCommand({
        TableName: 'again',
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: 'a' } },
      }),
    );
    expect(items).toEqual([]);
  });
});

describe('what is not there', () => {
  it('is refused by name', async () => {
    const transaction = new TransactWriteItemsCommand({ TransactItems: [] });
    await expect(db.items.send(transaction)).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('TransactWriteItems') as string,
    });
  });
});
