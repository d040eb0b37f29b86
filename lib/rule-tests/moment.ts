import { formatDuration, parseDuration } from '../time/duration.ts';
import { isoTime, readEventTime } from '../time/event-time.ts';
import { CaseError } from './errors.ts';

const RELATIVE = /^\+((?:\d+(?:ms|s|m|h|d))+)$/;
const RELATIVE_TOO = "or how long after the case's start: '+15m'";
const UNITS = [86_400_000, 3_600_000, 60_000, 1_000, 1];

/** The times of a case: ISO 8601 with a zone, or how long after its start: `+15m`, `+1h30m`. */
export class Moments {
  readonly #start: number | undefined;

  /** @param start the case's, ISO 8601 with a zone @throws {CaseError} */
  constructor(start: string | undefined) {
    this.#start =
      start === undefined ? undefined : absolute('start', start, 'it is what other times are after');
  }

  /** Milliseconds since 1970 UTC of a time. @param field where it stands, for errors @throws {CaseError} */
  read(field: string, text: string): number {
    const [, long] = RELATIVE.exec(text) ?? [];
    if (long === undefined) return absolute(field, text);
    if (this.#start === undefined) {
      throw new CaseError(
        field,
        `is '${text}', but the case has no start`,
        "add start: '2024-01-01T00:00Z', or write the time out",
      );
    }
    const parts = long.match(/\d+[a-z]+/g) ?? [];
    return this.#start + parts.reduce((sum, part) => sum + parseDuration(part, { zero: true }), 0);
  }

  /** A time (ms) as an author would write it: after the start, if there is one. */
  show(ms: number): string {
    if (this.#start === undefined || ms < this.#start) return shortIso(ms);
    return `+${longText(ms - this.#start)}`;
  }
}

function absolute(field: string, text: string, remedy = RELATIVE_TOO): number {
  const ms = readEventTime(text);
  if (typeof ms === 'number') return ms;
  throw new CaseError(field, ms.refused, remedy);
}

function longText(ms: number): string {
  const parts: string[] = [];
  let rest = ms;
  for (const unit of UNITS) {
    const whole = rest - (rest % unit);
    if (whole > 0) parts.push(unit === UNITS[0] ? formatDuration(whole) : ownUnit(whole, unit));
    rest -= whole;
  }
  return parts.join('') || '0m';
}

function ownUnit(ms: number, unit: number): string {
  return `${ms / unit}${formatDuration(unit).slice(1)}`;
}

/** ISO 8601 UTC without the seconds or milliseconds that are zero. */
export function shortIso(ms: number): string {
  return isoTime(ms).replace(/(:00)?\.000Z$/, 'Z');
}
