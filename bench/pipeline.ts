import pipeline from '../pipeline.ts';
import type { Pipeline } from '../lib/index.ts';
import type { OracleQuery } from '../test/oracle/duckdb.ts';

/** The project's own two aggregates without its alerts: the work that DuckDB's GROUP BY does too. */
export const aggregatesOnly: Pipeline = { ...pipeline, alerts: [] };

/** The project's own pipeline, alerts and all. */
export const whole: Pipeline = pipeline;

/** The same aggregates for DuckDB. */
export const query: OracleQuery = {
  columns: {
    time: 'TIMESTAMP',
    origin: 'VARCHAR',
    destination: 'VARCHAR',
    delay: 'BIGINT',
    distance: 'BIGINT',
  },
  time: 'time',
  aggregates: pipeline.aggregates.map(({ name, dimensions, pane, measures }) => ({
    key: [...dimensions],
    pane,
    measures: Object.fromEntries(
      measures.map(({ name: measure, measure: { kind } }) => [measure, measureOf(name, measure, kind)]),
    ),
  })),
};

type OracleMeasure = OracleQuery['aggregates'][number]['measures'][string];

function measureOf(aggregate: string, name: string, kind: string): OracleMeasure {
  if (kind === 'count') return { kind };
  const of = aggregate === 'routes' && name === 'miles' ? 'distance' : 'delay';
  return { kind, of } as OracleMeasure;
}
