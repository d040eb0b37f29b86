import { DuckDBInstance } from '@duckdb/node-api';
import type { KinesisStreamEvent } from 'aws-lambda';
import { groupByStatement, type OracleQuery } from '../test/oracle/duckdb.ts';

/**
 * What nobody who reads JSON records out of a Kinesis event in JavaScript can do without: base64 decoding and
 * `JSON.parse` of every record.
 *
 * @returns the number of records, so that the work cannot be optimised away
 */
export function decodeAndParse(event: KinesisStreamEvent): number {
  let records = 0;
  for (const { kinesis } of event.Records) {
    const value: unknown = JSON.parse(Buffer.from(kinesis.data, 'base64').toString());
    if (value !== undefined) records++;
  }
  return records;
}

/**
 * The same aggregates by DuckDB's scan of the NDJSON file, on one thread. The groups stay in DuckDB: they are
 * computed in full, into a table in memory, but neither carried over to JavaScript nor printed.
 *
 * @param file NDJSON, or gzipped NDJSON if it ends in `.gz`
 * @returns the number of groups
 */
export async function scanAndGroup(file: string, query: OracleQuery): Promise<number> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    await connection.run(`CREATE TABLE groups AS ${groupByStatement(file, query)}`);
    const answer = await connection.runAndReadAll('SELECT count(*)::INTEGER FROM groups');
    return Number(answer.getRowsJS()[0]?.[0]);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
