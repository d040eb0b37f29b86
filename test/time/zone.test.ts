import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstWindowEnd, nextWindowEnd, tumbling, windowStart } from '../../lib/time/window.ts';
import { DAY, dayAt, isZone, offsetsOf, startOfDay } from '../../lib/time/zone.ts';

const HOUR = 3_600_000;
// Clocks change at night, at midnight, by half an hour, and not at all; one zone left a day out.
const ZONES = [
  'Europe/Berlin',
  'America/Sao_Paulo',
  'Asia/Beirut',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'Pacific/Apia',
  'UTC',
];
const zone = fc.constantFrom(...ZONES);
const time = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2030, 0, 1) });

/** The date in a zone, as the platform writes it. */
function dateIn(zone: string, time: number): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(time);
}

describe('days of a zone', () => {
  it('have 23 and 25 hours when clocks change', () => {
    const hours = (date: string) => {
      const day = Date.parse(date) / DAY;
      return (startOfDay('Europe/Berlin', day + 1) - startOfDay('Europe/Berlin', day)) / HOUR;
    };
    expect(['2024-03-30', '2024-03-31', '2024-10-27', '2024-10-28'].map(hours)).toEqual([24, 23, 25, 24]);
  });

  it('begin where midnight does not exist with the first instant that has their date', () => {
    expect(startOfDay('America/Sao_Paulo', Date.parse('2018-11-04') / DAY)).toBe(
      Date.parse('2018-11-04T03:00:00Z'),
    );
    expect(dateIn('America/Sao_Paulo', Date.parse('2018-11-04T03:00:00Z') - 1)).toBe('2018-11-03');
  });

  it('are those of the platform', () => {
    fc.assert(
      fc.property(zone, time, (zone, time) => {
        const start = startOfDay(zone, dayAt(zone, time));

        expect(new Date(dayAt(zone, time) * DAY).toISOString().slice(0, 10)).toBe(dateIn(zone, time));
        expect(start).toBeLessThanOrEqual(time);
        expect(dateIn(zone, start)).toBe(dateIn(zone, time));
        expect(dateIn(zone, start - 1)).not.toBe(dateIn(zone, time));
      }),
      { numRuns: 2_000 },
    );
  });

  it('are known for zones that there are', () => {
    expect([isZone('Europe/Berlin'), isZone('Mars/Phobos'), isZone('')]).toEqual([true, false, false]);
    expect(offsetsOf('Australia/Lord_Howe').sort()).toEqual([10.5 * HOUR, 11 * HOUR].sort());
  });
});

describe('windows of a zone', () => {
  it('hold what has their date there, each event once', () => {
    fc.assert(
      fc.property(zone, time, (zone, time) => {
        const window = tumbling('1d', { zone });
        const end = nextWindowEnd(window, time);
        const start = windowStart(window, end);

        expect(start <= time && time < end).toBe(true);
        expect(dateIn(zone, start)).toBe(dateIn(zone, time));
        expect(dateIn(zone, end - 1)).toBe(dateIn(zone, time));
        expect(firstWindowEnd(window, end)).toBe(end);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['1d', undefined, '2011-12-29T10:00:00Z'],
    ['2d', undefined, '2011-12-28T10:00:00Z'],
    ['2d', '1d', '2011-12-29T10:00:00Z'],
  ] as const)('of %s, moved by %s, end with the day that a zone left out', (size, offset, begins) => {
    const window = tumbling(size, { zone: 'Pacific/Apia', ...(offset === undefined ? {} : { offset }) });
    const end = nextWindowEnd(window, Date.parse('2011-12-29T10:00:00Z'));

    expect(new Date(windowStart(window, end))).toEqual(new Date(begins));
    expect(nextWindowEnd(window, end)).toBeGreaterThan(end);
  });

  it('may be weeks that begin on Mondays', () => {
    const week = tumbling('7d', { zone: 'Europe/Berlin', offset: '4d' });
    const end = firstWindowEnd(week, Date.parse('2024-03-28T12:00:00Z'));

    expect(new Date(windowStart(week, end)).toISOString()).toBe('2024-03-24T23:00:00.000Z');
    expect(new Date(end).toISOString()).toBe('2024-03-31T22:00:00.000Z');
  });
});
