const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const PRECISE = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });

/** `39,012`. */
export function whole(value: number): string {
  return WHOLE.format(value);
}

/** `39K`, for where there is little room. */
export function compact(value: number): string {
  return Math.abs(value) < 1_000 ? WHOLE.format(value) : COMPACT.format(value);
}

/** A measure's value: whole if it is, else with four digits that count. */
export function measured(value: number): string {
  return Number.isInteger(value) ? WHOLE.format(value) : PRECISE.format(value);
}

/** `0.4/s` below ten, `820/s` above. */
export function perSecond(value: number): string {
  return `${value > 0 && value < 9.95 ? value.toFixed(1) : compact(value)}/s`;
}

/** A length of time in ms, in the unit that suits it: `240 ms`, `3.2 s`, `12 min`, `5.0 h`, `3.0 d`. */
export function duration(ms: number): string {
  if (ms < SECOND) return `${Math.round(ms)} ms`;
  if (ms < 59.95 * SECOND) return `${(ms / SECOND).toFixed(1)} s`;
  if (ms < 59.5 * MINUTE) return `${Math.round(ms / MINUTE)} min`;
  return ms < DAY ? `${(ms / HOUR).toFixed(1)} h` : `${(ms / DAY).toFixed(1)} d`;
}

/** Event time in UTC: `2001-06-14 18:45`; an en dash where there is none. */
export function eventTime(ms: number | undefined): string {
  return ms === undefined || !inRange(ms) ? '–' : new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}

/** As {@link eventTime}, to the second. */
export function eventTimeToSecond(ms: number | undefined): string {
  return ms === undefined || !inRange(ms) ? '–' : new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}

/** How long ago something was, by the wall clock: `now`, `12 s ago`. */
export function ago(at: number, now: number): string {
  const ms = now - at;
  if (ms < 1_500) return 'now';
  return ms < MINUTE ? `${Math.floor(ms / SECOND)} s ago` : `${duration(ms)} ago`;
}

/** `1 record`, `2 records`. */
export function counted(value: number, noun: string): string {
  return `${whole(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** `10×` or `max`. */
export function speedLabel(speed: number | 'max'): string {
  return speed === 'max' ? 'max' : `${whole(speed)}×`;
}

function inRange(ms: number): boolean {
  return Math.abs(ms) <= 8.64e15;
}
