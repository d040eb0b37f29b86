import { describe, expect, it } from 'vitest';
import { positionOf, sequenceNumberAt, ShardLog } from '../../../../lib/local/aws/dynamodb/shard-log.ts';

const unlimited = { retentionMs: Infinity, maxBytes: Infinity };
const record = (json: string, createdMs = 0) => ({ json, createdMs });
const contents = (log: ShardLog, position = log.first, limit = 100, maxBytes = 1_000) =>
  log.read(position, limit, maxBytes).map(({ json }) => json);

function logOf(limits: ConstructorParameters<typeof ShardLog>[0], ...records: string[]): ShardLog {
  const log = new ShardLog(limits);
  for (const [index, json] of records.entries()) log.append(record(json, index));
  return log;
}

describe('ShardLog', () => {
  it('reads from a position on, in order', () => {
    const log = logOf(unlimited, 'a', 'b', 'c');
    expect([contents(log), contents(log, 2), contents(log, 4)]).toEqual([['a', 'b', 'c'], ['b', 'c'], []]);
    expect([log.first, log.next]).toEqual([1, 4]);
  });

  it('reads at most the number of records and bytes asked for, but at least one', () => {
    const log = logOf(unlimited, 'aaaa', 'bbbb', 'cccc');
    expect(contents(log, 1, 2)).toEqual(['aaaa', 'bbbb']);
    expect(contents(log, 1, 100, 8)).toEqual(['aaaa', 'bbbb']);
    expect(contents(log, 1, 100, 1)).toEqual(['aaaa']);
  });

  it('drops what is too old, and keeps the positions of the rest', () => {
    const log = logOf({ ...unlimited, retentionMs: 10 }, 'a', 'b', 'c');
    log.trim(11);
    expect([log.first, log.next, contents(log)]).toEqual([2, 4, ['b', 'c']]);
    log.trim(100);
    expect([log.first, log.next, contents(log)]).toEqual([4, 4, []]);
    log.append(record('d', 100));
    expect([log.first, log.next, contents(log, 4)]).toEqual([4, 5, ['d']]);
  });

  it('drops the oldest when it holds too many bytes', () => {
    const log = logOf({ ...unlimited, maxBytes: 5 }, 'aa', 'bb', 'cc');
    expect([log.first, contents(log)]).toEqual([2, ['bb', 'cc']]);
  });

  it('stays right over many more records than it keeps', () => {
    const log = new ShardLog({ ...unlimited, maxBytes: 100 * 6 });
    for (let n = 1; n <= 20_000; n += 1) log.append(record(String(n).padStart(6, '0')));
    expect([log.first, log.next]).toEqual([19_901, 20_001]);
    expect(contents(log, 19_950, 2)).toEqual(['019950', '019951']);
  });
});

describe('sequence numbers', () => {
  it('have 21 digits and give their position back', () => {
    expect(sequenceNumberAt(1)).toBe('100000000000000000001');
    expect(positionOf(sequenceNumberAt(987_654))).toBe(987_654);
    expect(positionOf('1')).toBeUndefined();
  });

  it('sort as text as they do as numbers', () => {
    expect(sequenceNumberAt(9) < sequenceNumberAt(10)).toBe(true);
  });
});
