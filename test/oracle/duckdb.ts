import { DuckDBInstance } from '@duckdb/node-api';

/** A measure, said again in SQL's words. `of` is a column. */
export type OracleMeasure =
  | { readonly kind: 'count' }
  | { readonly kind: 'sum' | 'min' | 'max' | 'mean' | 'variance' | 'stddev'; readonly of: string };

/** One windowed aggregate: `GROUP BY` the key columns and the pane. */
export interface OracleAggregate {
  /** Columns, in the order of the key's text. */
  readonly key: readonly string[];
  /** Length of a pane in ms. */
  readonly pane: number;
  readonly measures: Readonly<Record<string, OracleMeasure>>;
}

/** What is asked of a file of events. */
export interface OracleQuery {
  /**
   * The fields that are read, with DuckDB's types. Whole numbers belong in a BIGINT, whose sums are exact; sums of
   * DOUBLEs are compensated.
   */
  readonly columns: Readonly<Record<string, 'VARCHAR' | 'TIMESTAMP' | 'BIGINT' | 'DOUBLE'>>;
  /**
   * The column of the event time: a VARCHAR of ISO 8601 text; a BIGINT of ms since 1970; or a TIMESTAMP, which is
   * faster to read than a VARCHAR, but only for text in UTC (`Z`), because it passes over other offsets.
   */
  readonly time: string;
  readonly aggregates: readonly OracleAggregate[];
}

/** Results of one aggregate by `key|pane start`, as in `ATL|JFK|2001-06-14T19:00:00.000Z`. */
export type OracleResult = Map<string, Record<string, number>>;

/**
 * What DuckDB makes of a file: an independent answer to what weir computes.
 *
 * @param file NDJSON, or gzipped NDJSON if it ends in `.gz`
 * @returns a result per aggregate of the query, in its order
 */
export async function groupBy(
  file: string,
  query: OracleQuery,
  { threads = 2 }: { readonly threads?: number } = {},
): Promise<OracleResult[]> {
  const results = query.aggregates.map((): OracleResult => new Map());
  const instance = await DuckDBInstance.create(':memory:', { threads: String(threads) });
  const connection = await instance.connect();
  try {
    const answer = await connection.stream(groupByStatement(file, query));
    for await (const rows of answer.yieldRowObjectJs()) {
      for (const row of rows) {
        const index = query.aggregates.findIndex((_, i) => row[paneColumn(i)] !== null);
        const aggregate = query.aggregates[index];
        if (aggregate === undefined) throw new Error('a row of no aggregate');
        const start = new Date(Number(row[paneColumn(index)])).toISOString();
        const key = [...aggregate.key.map((column) => keyText(row[column])), start].join('|');
        const values = Object.entries(aggregate.measures).map(([name, measure]) => {
          return [name, numberOf(row[expressionOf(measure, query.columns)])] as const;
        });
        results[index]?.set(key, Object.fromEntries(values));
      }
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
  return results;
}

/**
 * One SELECT for all aggregates. GROUPING SETS read the file once, which is faster than a scan per aggregate or a
 * table between, so that this is also the time to beat. A row belongs to the aggregate whose pane column is not null.
 */
export function groupByStatement(file: string, query: OracleQuery): string {
  const { aggregates, columns, time } = query;
  const keys = [...new Set(aggregates.flatMap(({ key }) => key))].map(quoted);
  const ms = milliseconds(quoted(time), columns[time]);
  // Twice the remainder, because that of a time before 1970 is negative.
  const panes = aggregates.map(
    ({ pane }, i) => `${ms} - (${ms} % ${pane} + ${pane}) % ${pane} AS ${paneColumn(i)}`,
  );
  const sets = aggregates.map(({ key }, i) => `(${[...key.map(quoted), paneColumn(i)].join(', ')})`);
  // Each expression once, however many aggregates ask for it, and under its own text as its name.
  const measures = [...new Set(aggregates.flatMap((aggregate) => expressions(aggregate, columns)))].map(
    (expression) => `${expression} AS ${quoted(expression)}`,
  );
  const starts = aggregates.map((_, i) => `${paneColumn(i)}::DOUBLE AS ${paneColumn(i)}`);
  const types = Object.entries(columns).map(([name, type]) => `${text(name)}: ${text(type)}`);
  return `
    SELECT ${[...keys, ...starts, ...measures].join(', ')}
    FROM (
      SELECT *, ${panes.join(', ')}
      FROM read_json(${text(file)}, format = 'newline_delimited', columns = {${types.join(', ')}})
    )
    GROUP BY GROUPING SETS (${sets.join(', ')})`;
}

function milliseconds(column: string, type: string | undefined): string {
  if (type === 'BIGINT') return column;
  return type === 'TIMESTAMP' ? `epoch_ms(${column})` : `epoch_ms(${column}::TIMESTAMPTZ)`;
}

function expressions({ measures }: OracleAggregate, columns: OracleQuery['columns']): string[] {
  return Object.values(measures).map((measure) => expressionOf(measure, columns));
}

function expressionOf(measure: OracleMeasure, columns: OracleQuery['columns']): string {
  if (measure.kind === 'count') return 'count(*)::DOUBLE';
  const column = quoted(measure.of);
  const compensated = columns[measure.of] === 'DOUBLE';
  switch (measure.kind) {
    case 'sum':
      return `coalesce(${compensated ? 'fsum' : 'sum'}(${column}), 0)::DOUBLE`;
    case 'mean':
      return `${compensated ? 'favg' : 'avg'}(${column})::DOUBLE`;
    case 'min':
      return `min(${column})::DOUBLE`;
    case 'max':
      return `max(${column})::DOUBLE`;
    case 'variance':
      return `var_samp(${column})`;
    case 'stddev':
      return `stddev_samp(${column})`;
  }
}

function paneColumn(index: number): string {
  return `pane_${index}`;
}

// SQL's NULL stands for "over no values", which is NaN in weir.
function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : NaN;
}

function keyText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw new Error(`a key column is ${typeof value}: only text and numbers can be compared with weir's keys`);
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
