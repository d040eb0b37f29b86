/** Windows in DuckDB's words: lengths are intervals, times are those of a wall clock in `zone`. */
export interface SqlWindows {
  readonly size: string;
  readonly slide: string;
  /** An end of one of them, before all events. */
  readonly end: string;
  /** A time after all events by more than a window. */
  readonly until: string;
  /** Default UTC. */
  readonly zone?: string;
}

/**
 * A query that gives each row of `events` once per window that it is in, with the window's `"start"` and `"end"` in UTC. There is
 * no arithmetic of windows in it: their ends are a series on the zone's calendar, which DuckDB's own ICU makes UTC, and what is
 * in them is found by comparing times.
 *
 * @param events a table with a TIMESTAMP `ts`
 */
export function inWindows(events: string, { size, slide, end, until, zone = 'UTC' }: SqlWindows): string {
  const utc = (local: string): string => `(${local} AT TIME ZONE '${zone}') AT TIME ZONE 'UTC'`;
  return `
    SELECT ${events}.*, "start", "end"
    FROM ${events} JOIN (
      SELECT ${utc(`(e - INTERVAL '${size}')`)} AS "start", ${utc('e')} AS "end"
      FROM generate_series(TIMESTAMP '${end}', TIMESTAMP '${until}', INTERVAL '${slide}') t(e)
    ) ON ts >= "start" AND ts < "end"`;
}
