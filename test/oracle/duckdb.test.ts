import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { groupBy, groupByStatement, type OracleQuery } from './duckdb.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-oracle-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

async function fileOf(name: string, events: readonly object[]): Promise<string> {
  const path = join(directory, name);
  const ndjson = events.map((event) => `${JSON.stringify(event)}\n`).join('');
  await writeFile(path, name.endsWith('.gz') ? gzipSync(ndjson) : ndjson);
  return path;
}

const everything = {
  n: { kind: 'count' },
  total: { kind: 'sum', of: 'delay' },
  least: { kind: 'min', of: 'delay' },
  most: { kind: 'max', of: 'delay' },
  average: { kind: 'mean', of: 'delay' },
  spread: { kind: 'variance', of: 'delay' },
  deviation: { kind: 'stddev', of: 'delay' },
} as const;

const query: OracleQuery = {
  columns: { time: 'VARCHAR', origin: 'VARCHAR', destination: 'VARCHAR', delay: 'BIGINT' },
  time: 'time',
  aggregates: [
    { key: ['origin'], pane: 3_600_000, measures: everything },
    { key: ['origin', 'destination'], pane: 900_000, measures: { n: { kind: 'count' } } },
  ],
};

const events = [
  { time: '2001-06-14T10:00:00Z', origin: 'ATL', destination: 'JFK', delay: 2 },
  { time: '2001-06-14T10:14:59.999Z', origin: 'ATL', destination: 'JFK', delay: 4 },
  { time: '2001-06-14T10:15:00Z', origin: 'ATL', destination: 'ORD', delay: 9, gate: 'A1' },
  { time: '2001-06-14T13:00:00+02:00', origin: 'ATL', destination: 'ORD', delay: -7 },
  { time: '2001-06-14T10:59:00Z', origin: 'BOS', destination: 'ATL', delay: null },
];

describe.each(['events.ndjson', 'events.ndjson.gz'])('groupBy of %s', (name) => {
  it.each([1, 2])('groups by key and pane, on %d thread(s)', async (threads) => {
    const file = await fileOf(name, events);

    const [airports, routes] = await groupBy(file, query, { threads });

    expect(Object.fromEntries(airports!)).toEqual({
      'ATL|2001-06-14T10:00:00.000Z': {
        n: 3,
        total: 15,
        least: 2,
        most: 9,
        average: 5,
        spread: 13,
        deviation: Math.sqrt(13),
      },
      'ATL|2001-06-14T11:00:00.000Z': {
        n: 1,
        total: -7,
        least: -7,
        most: -7,
        average: -7,
        spread: NaN,
        deviation: NaN,
      },
      'BOS|2001-06-14T10:00:00.000Z': {
        n: 1,
        total: 0,
        least: NaN,
        most: NaN,
        average: NaN,
        spread: NaN,
        deviation: NaN,
      },
    });
    expect(Object.fromEntries(routes!)).toEqual({
      'ATL|JFK|2001-06-14T10:00:00.000Z': { n: 2 },
      'ATL|ORD|2001-06-14T10:15:00.000Z': { n: 1 },
      'ATL|ORD|2001-06-14T11:00:00.000Z': { n: 1 },
      'BOS|ATL|2001-06-14T10:45:00.000Z': { n: 1 },
    });
  });
});

describe('groupBy', () => {
  it('takes times in ms, before 1970 too, and sums of fractions to the last digit', async () => {
    const file = await fileOf('ms.ndjson', [
      ...Array.from({ length: 10 }, (_, i) => ({ at: -1 - i * 6_000, load: 0.1 })),
      { at: -60_000, load: 1 },
      { at: 0, load: 0.5 },
    ]);

    const [all] = await groupBy(file, {
      columns: { at: 'BIGINT', load: 'DOUBLE' },
      time: 'at',
      aggregates: [{ key: [], pane: 60_000, measures: { load: { kind: 'sum', of: 'load' } } }],
    });

    expect(Object.fromEntries(all!)).toEqual({
      '1969-12-31T23:59:00.000Z': { load: 2 },
      '1970-01-01T00:00:00.000Z': { load: 0.5 },
    });
  });

  it('reads times in UTC as TIMESTAMP too', async () => {
    const utc = events.filter(({ time }) => time.endsWith('Z'));
    const file = await fileOf('utc.ndjson', utc);

    const asText = await groupBy(file, query);
    const asTimestamp = await groupBy(file, { ...query, columns: { ...query.columns, time: 'TIMESTAMP' } });

    expect(asTimestamp).toEqual(asText);
  });

  it('keeps names from being read as SQL', () => {
    const statement = groupByStatement("it's.ndjson", {
      columns: { 'a"b': 'BIGINT' },
      time: 'a"b',
      aggregates: [{ key: [], pane: 1000, measures: { n: { kind: 'max', of: 'a"b' } } }],
    });

    expect(statement).toContain("read_json('it''s.ndjson'");
    expect(statement).toContain('max("a""b")::DOUBLE AS "max(""a""""b"")::DOUBLE"');
  });

  it('says which file is missing', async () => {
    await expect(groupBy(join(directory, 'none.ndjson'), query)).rejects.toThrow('none.ndjson');
  });
});
