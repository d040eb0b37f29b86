import { beforeEach, describe, expect, it } from 'vitest';
import { userSequence } from '../../lib/fold/sequence.ts';
import { UnreadRecords } from '../../lib/standstill/unread-records.ts';
import type { StoredLane } from '../../lib/store/port.ts';
import { Retry } from '../../lib/store/retry.ts';
import { kinesisRecord, kplKinesisRecord, LANE, sequence } from '../support/kinesis.ts';
import { MemoryShard } from '../support/memory-shard.ts';

const laneAt = (mark: string, lane = LANE): StoredLane => ({
  lane,
  mark,
  maxEventTime: 0,
  version: 1,
  at: 0,
});

let pauses: number[];

beforeEach(() => {
  pauses = [];
});

function setUp(...shards: readonly MemoryShard[]) {
  const unread = new UnreadRecords(shards.map((source, i) => ({ name: i === 0 ? 'views' : 'more', source })));
  return (...lanes: readonly StoredLane[]) =>
    unread.areAny(lanes, {
      retry: new Retry({ attempts: 2, sleep: () => Promise.resolve() }),
      pause: (ms) => Promise.resolve(pauses.push(ms)),
    });
}

describe('UnreadRecords', () => {
  it('tells a lane that has come to the last record from one that has not', async () => {
    const areAny = setUp(new MemoryShard(kinesisRecord(1, {}), kinesisRecord(2, {})));

    expect(await areAny(laneAt(sequence(2)))).toBe(false);
    expect(await areAny(laneAt(sequence(1)))).toBe(true);
  });

  it('takes the records of a shard that has no lane yet for unread', async () => {
    const shard = new MemoryShard();
    const areAny = setUp(shard);

    expect(await areAny(laneAt(sequence(9), 'other/shardId-000000000000'))).toBe(false);
    shard.put(kinesisRecord(1, {}));
    expect(await areAny(laneAt(sequence(9), 'other/shardId-000000000000'))).toBe(true);
  });

  it('looks into a record that holds several, of which the last may wait', async () => {
    const areAny = setUp(new MemoryShard(kplKinesisRecord(1, [{ n: 1 }, { n: 2 }, { n: 3 }])));

    expect(await areAny(laneAt(userSequence(sequence(1), 1)))).toBe(true);
    expect(await areAny(laneAt(userSequence(sequence(1), 2)))).toBe(false);
  });

  it('asks all shards of all streams', async () => {
    const [first, second] = [new MemoryShard(kinesisRecord(1, {})), new MemoryShard(kinesisRecord(1, {}))];
    second.shardIds = ['shardId-000000000003'];
    const areAny = setUp(first, second);
    const lane = 'more/shardId-000000000003';

    expect(await areAny(laneAt(sequence(1)), laneAt(sequence(0), lane))).toBe(true);
    expect(await areAny(laneAt(sequence(1)), laneAt(sequence(1), lane))).toBe(false);
  });

  it('has nothing to wait for at the end of a closed shard', async () => {
    const shard = new MemoryShard(kinesisRecord(1, {}));
    shard.closed = true;

    expect(await setUp(shard)(laneAt(sequence(1)))).toBe(false);
  });

  it('asks from where it was the last time, and from the mark again once the lane moved', async () => {
    const shard = new MemoryShard(kinesisRecord(1, {}));
    const areAny = setUp(shard);

    await areAny(laneAt(sequence(1)));
    await areAny(laneAt(sequence(1)));
    expect(shard.positions).toHaveLength(1);
    shard.put(kinesisRecord(2, {}));
    expect(await areAny(laneAt(sequence(1)))).toBe(true);
    expect(await areAny(laneAt(sequence(1)))).toBe(true);
    expect(await areAny(laneAt(sequence(2)))).toBe(false);
    expect(shard.positions).toEqual(
      [1, 2].map((n) => ({ type: 'AFTER_SEQUENCE_NUMBER', sequenceNumber: sequence(n) })),
    );
  });

  it('begins at the mark again when where it was is too old', async () => {
    const shard = new MemoryShard(kinesisRecord(1, {}));
    const areAny = setUp(shard);
    await areAny(laneAt(sequence(1)));

    shard.expireIterators();

    expect(await areAny(laneAt(sequence(1)))).toBe(false);
    expect(shard.positions).toHaveLength(2);
  });

  it('crosses an empty stretch in several goes, and is not certain before it has', async () => {
    const shard = new MemoryShard(kinesisRecord(1, {}), kinesisRecord(2, {}));
    [shard.emptyPages, shard.behindMs] = [14, 60_000];
    const areAny = setUp(shard);

    // It cannot know yet whether records wait.
    expect(await areAny(laneAt(sequence(1)))).toBe(true);
    expect([shard.reads, pauses.length]).toEqual([10, 9]);
    expect(await areAny(laneAt(sequence(1)))).toBe(true);
    expect(shard.reads).toBe(15);
    expect(shard.positions).toHaveLength(1);
  });

  it('is refused as a whole when one shard does not answer', async () => {
    const shard = new MemoryShard();
    shard.readErrors.push(new Error('denied'));

    await expect(setUp(shard)()).rejects.toThrow('denied');
  });
});
