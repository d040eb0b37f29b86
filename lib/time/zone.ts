import { tzOffset } from '@date-fns/tz';

const MINUTE = 60_000;
export const DAY = 86_400_000;
// Rules of the future are the present ones, and few zones have changed more than twice a year.
const LOOKED_AT = { from: Date.UTC(1990, 0, 1), to: Date.UTC(2040, 0, 1), step: 7 * DAY };

/** Whether the machine knows a time zone by this name, such as `Europe/Berlin`. */
export function isZone(zone: string): boolean {
  return !Number.isNaN(tzOffset(zone, new Date(0)));
}

/** How far a zone's clocks are ahead of UTC at a time, ms. */
export function zoneOffset(zone: string, time: number): number {
  return tzOffset(zone, new Date(time)) * MINUTE;
}

/**
 * When a day begins in a zone: the first instant that has its date there, also where clocks leap over midnight.
 *
 * @param day days since 1970-01-01
 * @example startOfDay('Europe/Berlin', 19_812) // 2024-03-30T23:00:00Z: the 31st, which has 23 hours
 */
export function startOfDay(zone: string, day: number): number {
  const midnight = day * DAY;
  // The offset before the day and after it; they differ when clocks change about midnight.
  const [before, after] = [zoneOffset(zone, midnight - DAY), zoneOffset(zone, midnight + DAY)];
  for (const offset of before > after ? [before, after] : [after, before]) {
    const start = midnight - offset;
    if (zoneOffset(zone, start) === offset && dayAt(zone, start - 1) < day) return start;
  }
  // Clocks leap from before midnight to after it: the day begins with the leap.
  return midnight - Math.min(before, after);
}

/** The date in a zone at a time, as days since 1970-01-01. */
export function dayAt(zone: string, time: number): number {
  return Math.floor((time + zoneOffset(zone, time)) / DAY);
}

/** The distinct offsets that a zone has had and will have for a while, ms. */
export function offsetsOf(zone: string): number[] {
  const offsets = new Set<number>();
  for (let time = LOOKED_AT.from; time < LOOKED_AT.to; time += LOOKED_AT.step)
    offsets.add(zoneOffset(zone, time));
  return [...offsets];
}
