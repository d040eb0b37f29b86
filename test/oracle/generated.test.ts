import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import {
  count,
  definePipeline,
  distinct,
  first,
  histogram,
  last,
  max,
  mean,
  min,
  quantile,
  stddev,
  sum,
  topK,
} from '../../lib/index.ts';
import { resultsOf } from '../../lib/fold/pane.ts';
import { runReplay } from '../../lib/replay/run.ts';
import { isoTime } from '../../lib/time/event-time.ts';
import { parseWindow } from '../../lib/time/window-text.ts';
import { inWindows, type SqlWindows } from './windows-sql.ts';

const EVENTS = 10_000;
const reading = z.object({
  at: z.number(),
  site: z.string(),
  whole: z.number().nullable(),
  tenths: z.number(),
  word: z.string(),
});

const pipeline = definePipeline(reading, {
  eventTime: (event) => event.at,
  maxOutOfOrderness: '45m',
  aggregates: {
    readings: {
      key: { site: (event) => event.site },
      pane: '15m',
      measures: {
        n: count(),
        total: sum((event) => event.whole),
        least: min((event) => event.whole),
        most: max((event) => event.whole),
        average: mean((event) => event.whole),
        firstWord: first((event) => event.word),
        lastWord: last((event) => event.word),
        words: topK((event) => event.word, 3),
        buckets: histogram((event) => event.whole, [0, 500]),
        spread: stddev((event) => event.whole),
        tenths: sum((event) => event.tenths),
        p90: quantile((event) => event.tenths, 0.9),
        values: distinct((event) => event.tenths),
      },
    },
  },
});

/** Results of one window. */
type Row = Record<string, unknown>;

let directory: string;
let instance: DuckDBInstance;
let connection: DuckDBConnection;

// A year, so that clocks change twice, of readings that come up to 45 minutes out of order, no two of them at one time.
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-generated-'));
  instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  connection = await instance.connect();
  await connection.run(`
    CREATE TABLE events AS SELECT
      i, TIMESTAMP '2001-01-10' + to_milliseconds(i * 3153600 + (hash(i, 1) % 3153600)::BIGINT) AS ts,
      'site-' || floor(pow(hash(i, 2) / pow(2, 64), 2) * 3)::INTEGER AS site,
      CASE WHEN hash(i, 3) % 10 = 0 THEN NULL ELSE (hash(i, 4) % 2000)::BIGINT - 1000 END AS whole,
      ((hash(i, 5) % 100000) / 10)::DECIMAL(9, 1) AS tenths,
      'word-' || floor(pow(40, hash(i, 6) / pow(2, 64)))::INTEGER AS word
    FROM range(${EVENTS}) t(i)`);
  await connection.run(`
    COPY (
      SELECT epoch_ms(ts) AS "at", site, whole, tenths::DOUBLE AS tenths, word
      FROM events ORDER BY ts + to_seconds((hash(i, 7) % 2700)::BIGINT)
    ) TO '${join(directory, 'events.ndjson')}' (FORMAT json)`);
});

afterAll(async () => {
  connection.closeSync();
  instance.closeSync();
  await rm(directory, { recursive: true });
});

/** @param window as on the command line, or `'panes'` */
async function replayed(window: string): Promise<Map<string, Row>> {
  const rows = new Map<string, Row>();
  let latest = -Infinity;
  const counts = await runReplay({
    pipeline,
    sources: [join(directory, 'events.ndjson')],
    stdin: Readable.from([]),
    ...(window === 'panes' ? {} : { windows: new Map([['readings', parseWindow(window)]]) }),
    sink: {
      pane: ({ aggregate, key, start, end, accs }) => {
        const name = `${key} ${isoTime(start)} ${isoTime(end)}`;
        if (rows.has(name) || end < latest) throw new Error(`${name} is given twice, or after a later one`);
        latest = end;
        rows.set(name, resultsOf(aggregate, accs, end - start));
      },
      alert: () => undefined,
      aside: ({ detail }) => {
        throw new Error(`set aside: ${detail}`);
      },
    },
  });
  expect(counts.applied).toBe(EVENTS);
  return rows;
}

/** Windows that overlap hold a reading several times: `members` are rows of the one or the other. */
async function expected(windows: SqlWindows): Promise<Map<string, Row>> {
  await connection.run(`CREATE OR REPLACE TABLE members AS ${inWindows('events', windows)}`);
  const answer = await connection.runAndReadAll(`
    WITH ranked AS (
      SELECT site, "start", "end", word, count(*)::DOUBLE AS uses FROM members GROUP BY ALL
    ), top AS (
      SELECT site, "start", "end", list({ value: word, count: uses, error: 0::DOUBLE } ORDER BY uses DESC, word)[1:3] AS words
      FROM ranked GROUP BY ALL
    )
    SELECT
      site || ' ' || strftime("start", '%Y-%m-%dT%H:%M:%S.%gZ') || ' ' || strftime("end", '%Y-%m-%dT%H:%M:%S.%gZ') AS name,
      count(*)::DOUBLE AS n, coalesce(sum(whole), 0)::DOUBLE AS total, min(whole)::DOUBLE AS least, max(whole)::DOUBLE AS most,
      sum(whole)::DOUBLE / count(whole) AS average, arg_min(word, ts) AS "firstWord", arg_max(word, ts) AS "lastWord",
      any_value(top.words) AS words,
      [count(*) FILTER (whole < 0), count(*) FILTER (whole >= 0 AND whole < 500), count(*) FILTER (whole >= 500)]::DOUBLE[] AS buckets,
      stddev_samp(whole) AS spread, sum(tenths)::DOUBLE AS tenths,
      list_sort(list(tenths))[floor(0.9 * (count(*) - 1))::INTEGER + 1]::DOUBLE AS p90, count(DISTINCT tenths)::DOUBLE AS "values"
    FROM members JOIN top USING (site, "start", "end") GROUP BY site, "start", "end"`);
  return new Map(answer.getRowObjectsJS().map(({ name, ...row }) => [name as string, row]));
}

const EXACT = [
  'n',
  'total',
  'least',
  'most',
  'average',
  'firstWord',
  'lastWord',
  'words',
  'buckets',
] as const;

function exactOf(row: Row): Row {
  return Object.fromEntries(
    EXACT.map((name) => {
      const value = row[name];
      if (name === 'buckets') return [name, (value as (number | { count: number })[]).map(countOf)];
      return [name, value ?? NaN];
    }),
  );
}

// SQL's NULL stands for "over no values", which is NaN in weir.
function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : NaN;
}

function countOf(bucket: number | { readonly count: number }): number {
  return typeof bucket === 'number' ? bucket : bucket.count;
}

/** The measures that are off by more than they may be: sums of tenths by what tenths are in binary, sketches by their bounds. */
function beyondBounds(ours: Row, theirs: Row): string[] {
  const values = Number(theirs.values);
  const bounds = {
    spread: 1e-9 * numberOf(theirs.spread),
    tenths: 1e-12 * Number(theirs.tenths),
    p90: 0.010_001 * Number(theirs.p90),
    values: values <= 700 ? 0 : (4 * 1.04 * values) / Math.sqrt(2 ** 12),
  };
  return Object.entries(bounds).flatMap(([measure, bound]) => {
    const [mine, other] = [numberOf(ours[measure]), numberOf(theirs[measure])];
    return Object.is(mine, other) || Math.abs(mine - other) <= bound ? [] : [measure];
  });
}

/** Names of the windows that only one side has, or both with different results. */
function differences(ours: ReadonlyMap<string, Row>, theirs: ReadonlyMap<string, Row>): string[] {
  const names = new Set([...ours.keys(), ...theirs.keys()]);
  return [...names].filter((name) => {
    const [mine, other] = [ours.get(name), theirs.get(name)];
    if (mine === undefined || other === undefined) return true;
    return !isDeepStrictEqual(exactOf(mine), exactOf(other)) || beyondBounds(mine, other).length > 0;
  });
}

const SPAN = { end: '2000-09-01', until: '2002-05-01' };

it.each<[window: string, windows: Omit<SqlWindows, 'end' | 'until'> & Partial<SqlWindows>]>([
  ['panes', { size: '15 minutes', slide: '15 minutes' }],
  ['sliding(1h, 15m)', { size: '1 hour', slide: '15 minutes' }],
  ['sliding(75m, 30m)', { size: '75 minutes', slide: '30 minutes' }],
  ['tumbling(6h, offset=75m)', { size: '6 hours', slide: '6 hours', end: '2000-09-01 01:15' }],
  ['sliding(3d, 2d, offset=1h)', { size: '3 days', slide: '2 days', end: '1970-01-01 01:00' }],
  ['tumbling(1d, zone=Europe/Berlin)', { size: '1 day', slide: '1 day', zone: 'Europe/Berlin' }],
  ['tumbling(1d, zone=America/New_York)', { size: '1 day', slide: '1 day', zone: 'America/New_York' }],
  ['sliding(2d, 1d, zone=Europe/Berlin)', { size: '2 days', slide: '1 day', zone: 'Europe/Berlin' }],
  // Weeks that begin on Mondays.
  [
    'tumbling(7d, zone=Europe/Berlin, offset=4d)',
    { size: '7 days', slide: '7 days', zone: 'Europe/Berlin', end: '2000-09-04' },
  ],
  // Clocks change by half an hour there; at midnight; and are a quarter of an hour beside the others'.
  ['tumbling(1d, zone=Australia/Lord_Howe)', { size: '1 day', slide: '1 day', zone: 'Australia/Lord_Howe' }],
  [
    'sliding(3d, 2d, zone=America/Sao_Paulo)',
    { size: '3 days', slide: '2 days', zone: 'America/Sao_Paulo', end: '1970-01-01' },
  ],
  ['tumbling(1d, zone=Asia/Kathmandu)', { size: '1 day', slide: '1 day', zone: 'Asia/Kathmandu' }],
  // Long enough for more different values than a sketch counts exactly.
  ['tumbling(100d)', { size: '100 days', slide: '100 days', end: '1970-01-01' }],
])('a replay of a disordered year has the windows that DuckDB has: %s', async (window, sql) => {
  const ours = await replayed(window);
  const theirs = await expected({ ...SPAN, ...sql });

  const differing = differences(ours, theirs).sort();
  expect(differing.slice(0, 5).map((name) => [name, ours.get(name), theirs.get(name)])).toEqual([]);
  expect(ours.size).toBeGreaterThan(9);
});
