import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { flightsParquet, type Span } from '../../fixtures/flights.ts';
import type { FlightShape } from './flights-shapes.ts';
import { runWeir, type Cost } from './run-weir.ts';

/** How DuckDB and weir compare over one shape. */
export interface Comparison extends Cost {
  readonly shape: string;
  /** Windows that either of them has. */
  readonly rows: number;
  /** Windows that one of them lacks, has twice, or has with another result. */
  readonly differences: number;
  /** Some of these, for people. */
  readonly examples: readonly unknown[];
}

const PIPELINE = fileURLToPath(new URL('flights-pipeline.ts', import.meta.url));
// Whole numbers throughout, so that sums are exact, and a mean is the one division's nearest double.
const EXPECTED = `
  origin, "start", "end", count(*)::DOUBLE AS n, sum(delay)::DOUBLE AS total, min(delay)::DOUBLE AS least,
  max(delay)::DOUBLE AS most, sum(delay)::DOUBLE / count(*) AS average`;
const RESULTS = ['n', 'total', 'least', 'most', 'average'];

/**
 * Runs `weir replay` over flights, and DuckDB over the same, and compares every window of theirs, bit for bit.
 *
 * @param directory where files of some 300 MB have room
 * @param span departures to take; all of them if it is left out
 */
export async function* compareFlights(
  shapes: readonly FlightShape[],
  directory: string,
  span?: Span,
): AsyncGenerator<Comparison> {
  const scratch = await mkdtemp(join(directory, 'weir-flights-'));
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: '1GB',
    threads: '2',
    temp_directory: join(scratch, 'spill'),
  });
  const connection = await instance.connect();
  try {
    const events = join(scratch, 'flights.ndjson');
    await writeEvents(connection, events, span);
    for (const shape of shapes)
      yield await compare(connection, shape, events, join(scratch, 'windows.ndjson'));
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(scratch, { recursive: true, force: true });
  }
}

/** The flights as events that come up to an hour late, each by an amount that its content decides. */
async function writeEvents(
  connection: DuckDBConnection,
  file: string,
  span: Span | undefined,
): Promise<void> {
  const where = span === undefined ? '' : `WHERE date >= '${span.from}' AND date < '${span.to}'`;
  await connection.run(`
    CREATE TABLE flights AS
    SELECT date AS ts, origin, destination, delay::BIGINT AS delay
    FROM read_parquet('${flightsParquet}') ${where}`);
  await connection.run(`
    COPY (
      SELECT strftime(ts, '%Y-%m-%dT%H:%M:%SZ') AS "time", origin, delay
      FROM flights
      ORDER BY ts + to_minutes((hash(ts, origin, destination, delay) % 60)::BIGINT), origin, destination, delay
    ) TO '${file}' (FORMAT json)`);
}

async function compare(
  connection: DuckDBConnection,
  shape: FlightShape,
  events: string,
  out: string,
): Promise<Comparison> {
  const command = ['replay', events, '--pipeline', PIPELINE, '--format', 'ndjson', ...shape.args];
  const cost = await runWeir(command, out);
  await connection.run(`
    CREATE OR REPLACE TABLE actual AS
    SELECT key.origin, "start", "end", ${RESULTS.map((name) => `measures.${name}`).join(', ')}
    FROM read_json('${out}', format = 'newline_delimited', columns = {
      type: 'VARCHAR', key: 'STRUCT(origin VARCHAR)', "start": 'TIMESTAMP', "end": 'TIMESTAMP',
      measures: 'STRUCT(${RESULTS.map((name) => `${name} DOUBLE`).join(', ')})'
    })
    WHERE type = 'aggregate'`);
  await connection.run(`
    CREATE OR REPLACE TABLE expected AS
    SELECT ${EXPECTED} FROM (${shape.sql}) GROUP BY origin, "start", "end"`);
  // A window that stands there twice finds no partner the second time.
  await connection.run(`
    CREATE OR REPLACE TABLE differing AS
    (SELECT 'DuckDB' AS "by", * FROM (SELECT * FROM expected EXCEPT ALL SELECT * FROM actual))
    UNION ALL
    (SELECT 'weir' AS "by", * FROM (SELECT * FROM actual EXCEPT ALL SELECT * FROM expected))`);
  const [rows, differences] = await Promise.all(
    [
      'SELECT count(*) FROM (SELECT origin, "start", "end" FROM expected UNION SELECT origin, "start", "end" FROM actual)',
      'SELECT count(*) FROM (SELECT DISTINCT origin, "start", "end" FROM differing)',
    ].map((sql) => number(connection, sql)),
  );
  const examples = await connection.runAndReadAll(
    'SELECT * FROM differing ORDER BY origin, "start", "end", "by" LIMIT 10',
  );
  return {
    shape: shape.name,
    rows: rows ?? 0,
    differences: differences ?? 0,
    examples: examples.getRowObjectsJson(),
    ...cost,
  };
}

async function number(connection: DuckDBConnection, sql: string): Promise<number> {
  const answer = await connection.runAndReadAll(sql);
  return Number(answer.getRows()[0]?.[0]);
}
