import { inWindows, type SqlWindows } from './windows-sql.ts';

/** Windows of the flights, said twice: as weir is asked for them, and in SQL. */
export interface FlightShape {
  readonly name: string;
  /** Arguments of `weir replay`. */
  readonly args: readonly string[];
  /** A query of `flights (ts, origin, delay)` that gives each flight once per window that it is in, with `"start"` and `"end"`. */
  readonly sql: string;
}

// The flights are from 2001-01-01 to 2001-07-01, and the longest window is a week.
const SPAN = { end: '2000-12-20', until: '2001-07-12' };

function windows(window: string, sql: Partial<SqlWindows> & Pick<SqlWindows, 'size' | 'slide'>): FlightShape {
  const args = ['--window', window, '--aggregate', 'departures'];
  return { name: window, args, sql: inWindows('flights', { ...SPAN, ...sql }) };
}

// Gaps and islands.
const SESSIONS = `
  WITH arrivals AS (
    SELECT *, ts - lag(ts) OVER (PARTITION BY origin ORDER BY ts) AS pause FROM flights
  ), islands AS (
    SELECT *, count(*) FILTER (pause IS NULL OR pause >= INTERVAL '1 hour') OVER (
      PARTITION BY origin ORDER BY ts ROWS UNBOUNDED PRECEDING
    ) AS island FROM arrivals
  )
  SELECT *, min(ts) OVER (PARTITION BY origin, island) AS "start",
    max(ts) OVER (PARTITION BY origin, island) + INTERVAL '1 hour' AS "end"
  FROM islands`;

export const flightShapes: readonly FlightShape[] = [
  windows('tumbling(15m)', { size: '15 minutes', slide: '15 minutes' }),
  windows('tumbling(1d, zone=Europe/Berlin)', { size: '1 day', slide: '1 day', zone: 'Europe/Berlin' }),
  windows('sliding(1h, 15m)', { size: '1 hour', slide: '15 minutes' }),
  windows('sliding(7d, 1d)', { size: '7 days', slide: '1 day' }),
  windows('tumbling(1d, offset=6h)', { size: '1 day', slide: '1 day', end: '2000-12-20 06:00' }),
  { name: 'sessions, gap of 1h', args: ['--aggregate', 'days'], sql: SESSIONS },
];
