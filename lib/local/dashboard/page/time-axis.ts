const DAY = 86_400;

/** Marks of an axis of event time, in UTC: times, and at midnight the day. @param seconds since 1970 @param step s */
export function timeMarks(seconds: readonly number[], step: number): string[] {
  return seconds.map((at) => {
    const date = new Date(at * 1000);
    if (at % DAY === 0 || step >= DAY) return dayOf(date);
    return date.toISOString().slice(11, step < 60 ? 19 : 16);
  });
}

/** Marks of an axis that goes back from now: `now`, `−30 s`, `−4 min`. */
export function agoMarks(seconds: readonly number[]): string[] {
  return seconds.map((at) => {
    if (at === 0) return 'now';
    return at % 60 === 0 ? `−${Math.abs(at) / 60} min` : `−${Math.abs(at)} s`;
  });
}

function dayOf(date: Date): string {
  return date.toLocaleDateString('en', { month: 'short', day: 'numeric', timeZone: 'UTC' });
}
