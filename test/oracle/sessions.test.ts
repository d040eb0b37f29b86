import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { resultsOf } from '../../lib/fold/pane.ts';
import { count, definePipeline, max, min, sum } from '../../lib/index.ts';
import { runReplay } from '../../lib/replay/run.ts';

const EVENTS = 20_000;
const click = z.object({ at: z.number(), user: z.string(), n: z.number() });
type Click = z.infer<typeof click>;

/** Sessions that no length cuts, in panes that are shorter than the gap, as long, and longer. */
const pipelineOf = (pane: '1m' | '7m' | '10m' | '1h') =>
  definePipeline(click, {
    eventTime: (event) => event.at,
    maxOutOfOrderness: '45m',
    aggregates: {
      visits: {
        key: { user: (event) => event.user },
        pane,
        session: { gap: '10m', max: '15h' },
        measures: {
          clicks: count(),
          total: sum((event: Click) => event.n),
          least: min((event: Click) => event.n),
          most: max((event: Click) => event.n),
        },
      },
    },
  });

let directory: string;
let instance: DuckDBInstance;
let connection: DuckDBConnection;

// A minute here and there between clicks, so that pauses are just as long as the gap now and then. They come up to 45 minutes
// out of order, in two files.
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'weir-sessions-'));
  instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  connection = await instance.connect();
  await connection.run(`
    CREATE TABLE clicks AS
    SELECT i, TIMESTAMP '2001-01-10' + to_minutes((sum(CASE WHEN hash(i, 1) % 3 = 0 THEN 3 ELSE 1 END) OVER (ORDER BY i))::BIGINT) AS ts,
      'user-' || (hash(i, 2) % 7) AS "user", (hash(i, 3) % 2000)::BIGINT - 1000 AS n
    FROM range(${EVENTS}) t(i)`);
  for (const lane of [0, 1]) {
    await connection.run(`
      COPY (
        SELECT epoch_ms(ts) AS "at", "user", n FROM clicks WHERE hash(i, 4) % 2 = ${lane}
        ORDER BY ts + to_seconds((hash(i, 5) % 2700)::BIGINT)
      ) TO '${join(directory, `${lane}.ndjson`)}' (FORMAT json)`);
  }
});

afterAll(async () => {
  connection.closeSync();
  instance.closeSync();
  await rm(directory, { recursive: true });
});

// Gaps and islands: a session begins wherever the pause since the click before is a gap or more.
const EXPECTED = `
  WITH paused AS (
    SELECT *, ts - lag(ts) OVER (PARTITION BY "user" ORDER BY ts, i) AS pause FROM clicks
  ), islands AS (
    SELECT *, count(*) FILTER (pause IS NULL OR pause >= INTERVAL 10 MINUTES) OVER (
      PARTITION BY "user" ORDER BY ts, i ROWS UNBOUNDED PRECEDING
    ) AS island FROM paused
  )
  SELECT "user", epoch_ms(min(ts))::DOUBLE AS "start", epoch_ms(max(ts) + INTERVAL 10 MINUTES)::DOUBLE AS "end",
    count(*)::DOUBLE AS clicks, sum(n)::DOUBLE AS total, min(n)::DOUBLE AS least, max(n)::DOUBLE AS most
  FROM islands GROUP BY "user", island ORDER BY "end", "user"`;

it.each(['1m', '7m', '10m', '1h'] as const)("gives DuckDB's sessions, by panes of %s", async (pane) => {
  const sessions: unknown[] = [];
  const counts = await runReplay({
    pipeline: pipelineOf(pane),
    sources: [0, 1].map((lane) => join(directory, `${lane}.ndjson`)),
    stdin: Readable.from([]),
    sink: {
      pane: ({ aggregate, key, start, end, accs }) =>
        sessions.push({ user: key, start, end, ...resultsOf(aggregate, accs, end - start) }),
      alert: () => undefined,
      aside: ({ detail }) => {
        throw new Error(`set aside: ${detail}`);
      },
    },
  });
  const answer = await connection.runAndReadAll(EXPECTED);
  const expected = answer.getRowObjectsJS();

  expect(counts.applied).toBe(EVENTS);
  expect(sessions).toEqual(expected);
  expect(sessions.length).toBeGreaterThan(1_000);
  const ends = new Set(expected.map(({ user, end }) => JSON.stringify([user, end])));
  // Sessions that follow each other after a pause of just the gap.
  expect(
    expected.filter(({ user, start }) => ends.has(JSON.stringify([user, start]))).length,
  ).toBeGreaterThan(50);
});
