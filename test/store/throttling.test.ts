import type { BatchGetItemCommand, BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { batchGet } from '../../lib/store/batch-get.ts';
import { DynamoTimerStore } from '../../lib/store/dynamo-timer-store.ts';
import { Retry, UnprocessedError } from '../../lib/store/retry.ts';

// The embedded DynamoDB never throttles: what follows answers as the deployed one does when it leaves keys out.
const pauses: number[] = [];
const retry = new Retry({
  random: () => 1,
  sleep: (ms) => {
    pauses.push(ms);
    return Promise.resolve();
  },
});
beforeEach(() => {
  pauses.length = 0;
});

const keys = Array.from({ length: 5 }, (_, n) => ({ pk: 'p', sk: `s${n}` }));
const timers = Array.from({ length: 5 }, (_, n) => ({ alert: 'slow', key: 'home', due: n }));

/** A client that deals with so many of a request's keys or items, and leaves out the rest. */
function dealingWith(most: number) {
  const asked: number[] = [];
  const send = (command: BatchGetItemCommand | BatchWriteItemCommand) => {
    const request = command.input.RequestItems!.table!;
    const all = Array.isArray(request) ? request : request.Keys!;
    asked.push(all.length);
    const left = all.slice(most);
    return Promise.resolve(
      Array.isArray(request)
        ? { UnprocessedItems: left.length === 0 ? {} : { table: left } }
        : {
            Responses: { table: all.slice(0, most) },
            UnprocessedKeys: left.length === 0 ? {} : { table: { Keys: left } },
          },
    );
  };
  return { asked, client: { send } as unknown as DynamoDBClient };
}

describe('batchGet', () => {
  it('asks again for what was left out, more and more slowly', async () => {
    const { asked, client } = dealingWith(2);

    const items = await batchGet(client, retry, 'table', keys);

    expect(items.map((item) => item?.sk?.S)).toEqual(keys.map(({ sk }) => sk));
    expect(asked).toEqual([5, 3, 1]);
    expect(pauses).toEqual([50, 100]);
  });

  it('gives up after several attempts', async () => {
    const read = batchGet(dealingWith(0).client, retry, 'table', keys);

    await expect(read).rejects.toThrow(UnprocessedError);
    await expect(read).rejects.toThrow('5 keys of table were left unread; the table is throttled');
  });
});

describe('timers', () => {
  it('are written again where they were left out, more and more slowly', async () => {
    const { asked, client } = dealingWith(2);

    await new DynamoTimerStore({ client, table: 'table', retry }).add(timers);

    expect(asked).toEqual([5, 3, 1]);
    expect(pauses).toEqual([50, 100]);
  });

  it('are given up after several attempts', async () => {
    const added = new DynamoTimerStore({ client: dealingWith(1).client, table: 'table', retry }).add(
      Array.from({ length: 9 }, (_, n) => ({ alert: 'slow', key: 'home', due: n })),
    );

    await expect(added).rejects.toThrow(UnprocessedError);
    await expect(added).rejects.toThrow('3 timers of table were left unwritten');
  });
});
