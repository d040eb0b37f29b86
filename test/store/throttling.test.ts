import type { BatchGetItemCommand, BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { batchGet } from '../../lib/store/batch-get.ts';
import { DynamoTimerStore } from '../../lib/store/dynamo-timer-store.ts';
import { Pacer } from '../../lib/store/pacer.ts';
import { Retry, UnprocessedError } from '../../lib/store/retry.ts';
import { Chance } from '../simulation/chance.ts';
import { SimClock } from '../simulation/clock.ts';

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
const timers = Array.from({ length: 5 }, (_, n) => ({ job: 'slow', key: 'home', due: n }));

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
  it('asks again at once for what was left out of an answer that brought something', async () => {
    const { asked, client } = dealingWith(2);

    const items = await batchGet(client, retry, 'table', keys);

    expect(items.map((item) => item?.sk?.S)).toEqual(keys.map(({ sk }) => sk));
    expect(asked).toEqual([5, 3, 1]);
    expect(pauses).toEqual([]);
  });

  it('waits longer and longer after answers that bring nothing, and gives up after several', async () => {
    const read = batchGet(dealingWith(0).client, retry, 'table', keys);

    await expect(read).rejects.toThrow(UnprocessedError);
    await expect(read).rejects.toThrow('5 keys of table were left unread; the table is throttled');
    expect(pauses).toEqual([50, 100, 200, 400, 800]);
  });
});

describe('timers', () => {
  it('are written again at once where some were left out', async () => {
    const { asked, client } = dealingWith(2);

    await new DynamoTimerStore({ client, table: 'table', retry }).add(timers);

    expect(asked).toEqual([5, 3, 1]);
    expect(pauses).toEqual([]);
  });

  it('are given up after several attempts', async () => {
    const added = new DynamoTimerStore({ client: dealingWith(0).client, table: 'table', retry }).add(
      Array.from({ length: 9 }, (_, n) => ({ job: 'slow', key: 'home', due: n })),
    );

    await expect(added).rejects.toThrow(UnprocessedError);
    await expect(added).rejects.toThrow('9 timers of table were left unwritten');
  });
});

it.each([1, 2, 3])(
  '4,000 keys are read in half a minute where half of all calls and keys are refused (%d)',
  async (seed) => {
    const clock = new SimClock(0);
    const chance = new Chance(seed);
    const send = async (command: BatchGetItemCommand) => {
      await clock.sleep(5);
      if (chance.next('throttle') < 0.5)
        throw Object.assign(new Error('slow down'), { name: 'ProvisionedThroughputExceededException' });
      const left = command.input.RequestItems!.t!.Keys!.filter(() => chance.next('key') < 0.5);
      return { Responses: { t: [] }, UnprocessedKeys: left.length > 0 ? { t: { Keys: left } } : {} };
    };
    const retry = new Retry({
      attempts: Infinity,
      pacer: new Pacer(64),
      sleep: (ms) => clock.sleep(ms),
      random: () => chance.next('jitter'),
    });

    const keys = Array.from({ length: 4_000 }, (_, n) => ({ pk: `p${n}`, sk: 's' }));
    await batchGet({ send }, retry, 't', keys);

    expect(clock.now()).toBeLessThan(30_000);
  },
);
