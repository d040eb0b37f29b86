/** Windows of the flights, said twice: as weir is asked for them, and in SQL, without a word of weir's own arithmetic. */
export interface FlightShape {
  readonly name: string;
  /** Arguments of `weir replay`. */
  readonly args: readonly string[];
  /** A query of `flights (ts, origin, delay)` that gives each flight once per window that it is in: `origin, "start", "end", delay`. */
  readonly sql: string;
}

// The flights are from 2001-01-01 to 2001-07-01; the longest window is a week.
const FROM = '2000-12-20';
const TO = '2001-07-12';

/** Windows that begin at every step of a series, joined by range. Times of a zone are made UTC by DuckDB's own ICU. */
function laid(size: string, slide: string, from: string, zone = 'UTC'): string {
  const utc = (local: string): string => `(${local} AT TIME ZONE '${zone}') AT TIME ZONE 'UTC'`;
  return `
    SELECT origin, "start", "end", delay
    FROM flights JOIN (
      SELECT ${utc('s')} AS "start", ${utc(`(s + INTERVAL '${size}')`)} AS "end"
      FROM generate_series(TIMESTAMP '${from}', TIMESTAMP '${TO}', INTERVAL '${slide}') t(s)
    ) ON ts >= "start" AND ts < "end"`;
}

function windows(window: string, sql: string): FlightShape {
  return { name: window, args: ['--window', window, '--aggregate', 'departures'], sql };
}

export const flightShapes: readonly FlightShape[] = [
  windows('tumbling(15m)', laid('15 minutes', '15 minutes', FROM)),
  windows('tumbling(1d, zone=Europe/Berlin)', laid('1 day', '1 day', FROM, 'Europe/Berlin')),
  windows('sliding(1h, 15m)', laid('1 hour', '15 minutes', FROM)),
  windows('sliding(7d, 1d)', laid('7 days', '1 day', FROM)),
  windows('tumbling(1d, offset=6h)', laid('1 day', '1 day', `${FROM} 06:00`)),
];
