/** A pipeline's `eventTime` gives one of these. Numbers are milliseconds since 1970 UTC. */
export type EventTime = string | number | Date;

/** What was wrong with an event's time, in words that follow `event time `. */
export interface TimeRefusal {
  readonly refused: string;
}

// Four-digit years keep ISO 8601 texts in the order of the times they name; sort keys depend on that.
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
// Seconds mistaken for milliseconds fall into January 1970, and 1e11 s is the year 5138.
const LEAST_MS_NUMBER = 1e11;
const ZONED = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d))?$/i;

/**
 * Milliseconds since 1970 UTC of an event time, or why it cannot be one.
 *
 * A text must be ISO 8601 with `Z` or an offset: a time of day without would mean another instant on every machine. A date
 * alone is midnight UTC, as it is everywhere.
 *
 * @example readEventTime('2001-01-15T13:05:00Z') // 979563900000
 */
export function readEventTime(value: unknown): number | TimeRefusal {
  if (typeof value === 'string') return readText(value);
  if (typeof value === 'number') return readNumber(value);
  if (value instanceof Date) return inRange(value.getTime(), 'is an invalid Date');
  return {
    refused: `is ${value === null ? 'null' : typeof value}; give an ISO 8601 text, milliseconds since 1970 or a Date`,
  };
}

function readText(text: string): number | TimeRefusal {
  const usual = readUsual(text);
  if (!Number.isNaN(usual)) return usual;
  if (!ZONED.test(text)) {
    return {
      refused: `'${text.slice(0, 64)}' is not ISO 8601 with a zone; write it as 2001-01-15T13:05:00Z`,
    };
  }
  return inRange(isDay(text) ? Date.parse(text) : NaN, `'${text.slice(0, 64)}' names no instant`);
}

/**
 * The time of a `YYYY-MM-DDTHH:MM:SSZ` that surely exists, or NaN for a text that has to be read with more care. Nearly
 * all events have this form, and a regular expression and Date.parse take three times as long as telling its digits.
 */
function readUsual(text: string): number {
  const shaped =
    text.length === 20 &&
    text[4] === '-' &&
    text[7] === '-' &&
    text[10] === 'T' &&
    text[13] === ':' &&
    text[16] === ':' &&
    text[19] === 'Z';
  if (!shaped) return NaN;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  const second = digits(text, 17, 19);
  const exists =
    year >= 1970 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= 28 &&
    hour < 24 &&
    minute < 60 &&
    second < 60;
  return exists ? Date.UTC(year, month - 1, day, hour, minute, second) : NaN;
}

/** The number in text[from, to), or NaN if anything but digits stands there. */
function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return value;
}

// Date.parse takes the 30th of February for the 2nd of March; only the last days of a month need to be looked at.
function isDay(text: string): boolean {
  const day = Number(text.slice(8, 10));
  if (day <= 28) return true;
  return new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)) - 1, day)).getUTCDate() === day;
}

function readNumber(value: number): number | TimeRefusal {
  if (Number.isFinite(value) && value >= 0 && value < LEAST_MS_NUMBER) {
    return { refused: `${value} looks like seconds since 1970; milliseconds are wanted` };
  }
  return inRange(Math.floor(value), `${value} is not milliseconds since 1970`);
}

function inRange(ms: number, otherwise: string): number | TimeRefusal {
  if (Number.isNaN(ms)) return { refused: otherwise };
  if (ms < 0 || ms > LATEST) return { refused: `lies outside the years 1970 to 9999` };
  return ms;
}

/** ISO 8601 UTC of milliseconds since 1970, as it stands in keys, messages and outputs. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
