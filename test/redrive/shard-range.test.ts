import { describe, expect, it } from 'vitest';
import { MissingStreamError, ShardRange, RetentionError } from '../../lib/redrive/shard-range.ts';
import { Retry } from '../../lib/store/retry.ts';
import { kinesisRecord, sequence, SHARD } from '../support/kinesis.ts';
import { MemoryShard } from '../support/memory-shard.ts';

const retry = new Retry({ sleep: () => Promise.resolve() });

function setUp(records = 10) {
  const shard = new MemoryShard(...Array.from({ length: records }, (_, n) => kinesisRecord(n, n)));
  const pauses: number[] = [];
  const range = new ShardRange(
    shard,
    SHARD,
    retry,
    (ms) => Promise.resolve(pauses.push(ms)),
    () => Promise.resolve('views in us-east-1'),
  );
  const read = async (first: number, last: number): Promise<string[][]> => {
    const pages: string[][] = [];
    for await (const page of range.read(sequence(first), sequence(last)))
      pages.push(page.map(({ sequenceNumber }) => sequenceNumber));
    return pages;
  };
  return { shard, range, read, pauses };
}

const named = (name: string): Error => Object.assign(new Error(), { name });
const numbered = (...ns: number[]): string[] => ns.map(sequence);

describe('ShardRange', () => {
  it('reads a range page by page, and not further', async () => {
    const { shard, read } = setUp();
    shard.pageSize = 3;

    expect(await read(2, 5)).toEqual([numbered(2, 3, 4), numbered(5)]);
    expect(shard.positions.filter(({ type }) => type !== 'TRIM_HORIZON')).toHaveLength(1);
    expect(shard.reads).toBe(2 + 1); // the last asks for the oldest record
  });

  it('reads one record', async () => {
    expect(await setUp().read(9, 9)).toEqual([numbered(9)]);
  });

  it('reads on past empty pages', async () => {
    const { shard, read } = setUp();
    shard.pageSize = 2;
    shard.emptyPages = 20;

    expect(await read(0, 3)).toEqual([numbered(0, 1), numbered(2, 3)]);
  });

  it('reads on past any number of empty pages while they say that there is more', async () => {
    const { shard, range, read } = setUp();
    shard.emptyPages = 200;
    shard.behindMs = 60_000;

    expect(await read(0, 1)).toEqual([numbered(0, 1)]);
    expect(await range.horizon()).toBe(sequence(0));
  });

  it('pauses after each page that others want to read on from too, for as long as its bytes are to take', async () => {
    const { shard, read, pauses } = setUp();
    shard.pageSize = 2;
    shard.behindMs = 60_000;
    shard.recordBytes = 3_500_000;

    await read(0, 1);
    expect(pauses).toEqual([]);
    await read(0, 5);
    expect(pauses).toEqual([5_000, 5_000]);
    shard.recordBytes = 1;
    await read(0, 3);
    expect(pauses).toEqual([5_000, 5_000, 1_000]);
  });

  it('pauses after empty pages too, and not at the end of the shard', async () => {
    const { shard, range, read, pauses } = setUp(2);
    shard.emptyPages = 2;
    shard.behindMs = 60_000;
    await range.horizon();
    expect(pauses).toEqual([1_000, 1_000]);

    shard.emptyPages = 0;
    await expect(read(1, 2)).rejects.toThrow(RetentionError);
    expect(pauses).toHaveLength(2);
  });

  it('goes on where it was when an iterator has expired', async () => {
    const { shard, read } = setUp();
    shard.pageSize = 4;
    shard.expireIterators();
    expect(await read(0, 3)).toEqual([numbered(0, 1, 2, 3)]);

    const pages = read(0, 7);
    shard.readErrors.push(Object.assign(new Error(), { name: 'ProvisionedThroughputExceededException' }));
    shard.expireIterators();

    expect(await pages).toEqual([numbered(0, 1, 2, 3), numbered(4, 5, 6, 7)]);
  });

  it.each([false, true])('says that the first record is gone (refused: %s)', async (refusesTrimmed) => {
    const { shard, read } = setUp();
    shard.refusesTrimmed = refusesTrimmed;
    shard.trimTo(4);

    await expect(read(3, 6)).rejects.toThrow(RetentionError);
    await expect(read(3, 6)).rejects.toThrow(sequence(3));
    expect(await read(4, 6)).toEqual([numbered(4, 5, 6)]);
  });

  it.each([
    [3, 'one that it had read', true],
    [5, 'one that it had not', false],
  ])(
    'notices that records left while it read, if of the first %d there was %s',
    async (gone, _what, isWhole) => {
      const { shard, range } = setUp();
      shard.pageSize = 2;
      const seen: string[] = [];
      const reading = async (): Promise<void> => {
        for await (const page of range.read(sequence(2), sequence(8))) {
          seen.push(...page.map(({ sequenceNumber }) => sequenceNumber));
          shard.trimTo(gone);
        }
      };

      if (isWhole) await reading();
      else await expect(reading()).rejects.toThrow(RetentionError);
      expect(seen.includes(sequence(4))).toBe(isWhole);
    },
  );

  it('says that the whole shard is gone, or never was there', async () => {
    const { shard, read } = setUp();
    shard.iteratorErrors.push(named('ResourceNotFoundException'));
    shard.shardIds = ['shardId-000000000007'];

    await expect(read(3, 6)).rejects.toThrow(
      new RetentionError(
        `${SHARD} is not in the stream (any more): its retention has passed, or it never was there`,
      ),
    );
  });

  it('says that there is no stream', async () => {
    const { shard, read } = setUp();
    shard.iteratorErrors.push(named('ResourceNotFoundException'));
    shard.listError = named('ResourceNotFoundException');

    await expect(read(3, 6)).rejects.toThrow(new MissingStreamError('there is no stream views in us-east-1'));
  });

  it('says that it is one or the other if it may not look', async () => {
    const { shard, read } = setUp();
    shard.iteratorErrors.push(named('ResourceNotFoundException'));
    shard.listError = named('AccessDeniedException');

    await expect(read(3, 6)).rejects.toThrow(
      new RetentionError(`there is no stream views in us-east-1, or ${SHARD} is not in it (any more)`),
    );
  });

  it('takes a record for gone that is not found in a shard that is there', async () => {
    const { shard, read } = setUp();
    shard.iteratorErrors.push(named('ResourceNotFoundException'));

    await expect(read(3, 6)).rejects.toThrow(`record ${sequence(3)} of ${SHARD} is no longer in the stream`);
  });

  it('passes on what keeps it from looking', async () => {
    const { shard, read } = setUp();
    shard.iteratorErrors.push(named('ResourceNotFoundException'));
    shard.listError = new Error('out of time');

    await expect(read(3, 6)).rejects.toThrow('out of time');
  });

  it('does not wait for ever for records of a shard that has none any more', async () => {
    const { shard, read } = setUp(3);
    await expect(read(5, 6)).rejects.toThrow(RetentionError);

    shard.closed = true;
    await expect(read(5, 6)).rejects.toThrow(RetentionError);
  });

  it('passes on what will not pass', async () => {
    const { shard, read } = setUp();
    shard.readErrors.push(Object.assign(new Error('no'), { name: 'AccessDeniedException' }));

    await expect(read(0, 1)).rejects.toThrow('no');
  });

  it('finds the oldest record', async () => {
    const { shard, range } = setUp();
    shard.trimTo(4);
    shard.emptyPages = 3;

    expect(await range.horizon()).toBe(sequence(4));
    expect(await setUp(0).range.horizon()).toBeUndefined();
  });
});
