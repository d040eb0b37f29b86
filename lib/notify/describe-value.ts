import type { MessageAlert, MessageNumber, NoticeMessage } from './message.ts';

const SHOWN_DIGITS = 3;
const MOST_DIGITS = 15;

/**
 * A number for people: to three digits, and whole from 100 on; to more if it would otherwise look like one that it is held against.
 *
 * @example numberText(54.2576) // '54.3'
 * @example numberText(44.996, 45) // '44.996'
 */
export function numberText(value: number, against?: number): string {
  const digits = Math.max(SHOWN_DIGITS, Math.floor(Math.log10(Math.abs(value))) + 1);
  for (let precision = digits; precision < MOST_DIGITS; precision++) {
    const shown = Number(value.toPrecision(precision));
    if (shown !== against || value === against) return String(shown);
  }
  return String(value);
}

/** A number with its unit. @example withUnit('54.3', 'min') // '54.3 min' */
export function withUnit(number: string, unit: string | undefined): string {
  if (unit === undefined) return number;
  return unit === '%' ? `${number}%` : `${number} ${unit}`;
}

/**
 * What an alert is about in a few words: its number and what that is held against; `undefined` if the rule names no number.
 *
 * @example valueText(alert) // '54.3 min (>= 45)'
 * @example valueText(anomaly) // '54.3 min (expected 20 to 31)'
 */
export function valueText({
  shown,
  missing,
  band,
}: Pick<MessageAlert, 'shown' | 'missing' | 'band'>): string | undefined {
  if (missing) return 'no data';
  if (shown === undefined) return undefined;
  const { value, threshold, unit } = shown;
  if (value === null) return 'no value';
  const number = withUnit(numberText(value, threshold), unit);
  const against = band === undefined ? thresholdText(shown) : `expected ${expectedText(band)}`;
  return against === undefined ? number : `${number} (${against})`;
}

function thresholdText({ value, threshold }: MessageNumber): string | undefined {
  if (threshold === undefined || value === null) return undefined;
  return `${value >= threshold ? '>=' : '<'} ${threshold}`;
}

/** What was expected. @example expectedText({ actual: 54, expected: 25, low: 20, high: 31 }) // '20 to 31' */
export function expectedText({ expected, low, high }: NonNullable<MessageAlert['band']>): string {
  if (low === null && high === null) return numberText(expected);
  if (high === null) return `at least ${numberText(low ?? expected)}`;
  return low === null ? `at most ${numberText(high)}` : `${numberText(low)} to ${numberText(high)}`;
}

/** Values of dimensions. @example keyWords({ origin: 'ORD' }) // 'origin=ORD' */
export function keyWords(key: Readonly<Record<string, string>>): string {
  return Object.entries(key)
    .map(([dimension, value]) => `${dimension}=${value}`)
    .join(' ');
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/**
 * A length of time (ms) for people, by its two greatest units.
 *
 * @example durationText(8_100_000) // '2 h 15 min'
 */
export function durationText(ms: number): string {
  const first = UNITS.findIndex(([, size]) => ms >= size);
  if (first < 0) return `${ms} ms`;
  let rest = ms;
  const words: string[] = [];
  for (const [unit, size] of UNITS.slice(first, first + 2)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) words.push(`${count} ${unit}`);
  }
  return words.join(' ');
}

/** A time (ISO 8601 UTC) for people. @example timeText('2001-06-14T15:45:00.000Z') // '2001-06-14 15:45 UTC' */
export function timeText(iso: string): string {
  return `${shortTime(iso)} UTC`;
}

/** The same of a stretch of time. @example rangeText(window) // '2001-06-14 14:45 to 15:45 UTC' */
export function rangeText({ start, end }: MessageAlert['window']): string {
  const to = shortTime(end);
  const isOneDay = start.slice(0, 10) === end.slice(0, 10);
  return `${shortTime(start)} to ${isOneDay ? to.slice(11) : to} UTC`;
}

function shortTime(iso: string): string {
  const seconds = iso.slice(17, 23).replace(/\.000$/, '');
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)}${seconds === '00' ? '' : `:${seconds}`}`;
}

/** How long alerts of the group have been firing, or did, in ms. */
export function firingFor({ at, since }: Pick<NoticeMessage, 'at' | 'since'>): number {
  return Math.max(0, Date.parse(at) - Date.parse(since));
}
