import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoTime, readEventTime } from '../../lib/time/event-time.ts';

const INSTANT = Date.UTC(2001, 0, 15, 13, 5, 0);

describe('an event time that is one', () => {
  it.each<[string, unknown]>([
    ['in UTC', '2001-01-15T13:05:00Z'],
    ['without seconds', '2001-01-15T13:05Z'],
    ['with a fraction beyond ms', '2001-01-15T13:05:00.000999999Z'],
    ['with an offset', '2001-01-15T14:05:00+01:00'],
    ['with an offset without a colon', '2001-01-15T08:05:00-0500'],
    ['with a space', '2001-01-15 13:05:00Z'],
    ['in lower case', '2001-01-15t13:05:00z'],
    ['in ms', INSTANT],
    ['in ms with a fraction', INSTANT + 0.75],
    ['in a Date', new Date(INSTANT)],
  ])('is read %s', (_how, value) => {
    expect(readEventTime(value)).toBe(INSTANT);
  });

  it('may be a day, which begins at midnight UTC on every machine', () => {
    expect(readEventTime('2001-01-15')).toBe(Date.UTC(2001, 0, 15));
  });

  it.each([
    ['1970-01-01T00:00:00Z', 0],
    ['9999-12-31T23:59:59.999Z', Date.UTC(9999, 11, 31, 23, 59, 59, 999)],
    ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29)],
    ['2001-12-31T00:00:00Z', Date.UTC(2001, 11, 31)],
  ])('may be %s', (text, ms) => {
    expect(readEventTime(text)).toBe(ms);
  });

  it('is read in the usual form as it is in any other, whether it exists or not', () => {
    const field = (most: number) => fc.integer({ min: 0, max: most }).map((n) => String(n).padStart(2, '0'));
    const date = fc.tuple(fc.integer({ min: 1960, max: 2032 }), field(13), field(32));
    const time = fc.tuple(field(25), field(61), field(61));
    fc.assert(
      fc.property(date, time, (day, clock) => {
        const text = `${day.join('-')}T${clock.join(':')}`;
        const read = readEventTime(`${text}Z`);
        const other = readEventTime(`${text}.000Z`);

        expect(typeof read === 'number' ? read : 'refused').toBe(
          typeof other === 'number' ? other : 'refused',
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('is refused when any one character of the usual form is another', () => {
    const usual = '2001-01-15T13:05:00Z';
    fc.assert(
      fc.property(
        fc.nat(usual.length - 1),
        fc.constantFrom('/', ':', '-', 'T', ' ', 'x', '٣', '+'),
        (at, char) => {
          const text = usual.slice(0, at) + char + usual.slice(at + 1);
          const asDate = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) : NaN;

          expect(readEventTime(text)).toEqual(
            Number.isNaN(asDate) ? { refused: expect.any(String) as unknown } : asDate,
          );
        },
      ),
    );
  });

  it('may be the least number that is not seconds', () => {
    expect(readEventTime(1e11)).toBe(1e11);
  });
});

describe('an event time that is none', () => {
  it.each<[string, unknown, string]>([
    [
      'without a zone',
      '2001-01-15T13:05:00',
      'is not ISO 8601 with a zone; write it as 2001-01-15T13:05:00Z',
    ],
    ['in words', 'yesterday', "'yesterday' is not ISO 8601 with a zone"],
    ['empty', '', "'' is not ISO 8601 with a zone"],
    ['of a number in text', '979563900000', 'is not ISO 8601 with a zone'],
    ['in American order', '01/15/2001 13:05:00Z', 'is not ISO 8601 with a zone'],
    ['of a year of five digits', '+010000-01-01T00:00:00Z', 'is not ISO 8601 with a zone'],
    ['of hour 25', '2001-01-15T25:00:00Z', "'2001-01-15T25:00:00Z' names no instant"],
    ['of month 13', '2001-13-15T00:00:00Z', 'names no instant'],
    ['of the 30th of February', '2001-02-30T00:00:00Z', 'names no instant'],
    ['of the 31st of April, as a day', '2001-04-31', 'names no instant'],
    ['of a leap day without a leap year', '1900-02-29T00:00:00Z', 'names no instant'],
    ['before 1970', '1969-12-31T23:59:59.999Z', 'lies outside the years 1970 to 9999'],
    ['before 1970 by its offset', '1970-01-01T00:00:00+01:00', 'lies outside the years 1970 to 9999'],
    ['after 9999 by its offset', '9999-12-31T23:59:59-01:00', 'lies outside the years 1970 to 9999'],
    ['in seconds', 979_563_900, '979563900 looks like seconds since 1970; milliseconds are wanted'],
    ['zero', 0, '0 looks like seconds'],
    ['negative', -1, 'lies outside'],
    ['in microseconds', 979_563_900_000_000, 'lies outside'],
    ['NaN', NaN, 'NaN is not milliseconds since 1970'],
    ['infinite', Infinity, 'lies outside'],
    ['an invalid Date', new Date('x'), 'is an invalid Date'],
    ['null', null, 'is null; give an ISO 8601 text, milliseconds since 1970 or a Date'],
    ['missing', undefined, 'is undefined; give'],
    ['a boolean', true, 'is boolean; give'],
    ['an object', {}, 'is object; give'],
  ])('is refused: %s', (_what, value, why) => {
    expect(readEventTime(value)).toEqual({ refused: expect.stringContaining(why) as unknown });
  });

  it('is not shown whole if it is long', () => {
    expect(readEventTime('x'.repeat(1_000))).toEqual({
      refused: `'${'x'.repeat(64)}' is not ISO 8601 with a zone; write it as 2001-01-15T13:05:00Z`,
    });
  });

  it('never throws, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const read = readEventTime(value);

        expect(typeof read === 'number' || typeof read.refused === 'string').toBe(true);
      }),
    );
  });
});

describe('the usual form', () => {
  it('is read as the general one is, whatever stands in it', () => {
    const two = fc.oneof(
      fc.integer({ min: 0, max: 99 }).map((n) => String(n).padStart(2, '0')),
      fc.constantFrom('-1', ' 1', '1e', '+5'),
    );
    const four = fc.oneof(
      fc.integer({ min: 1960, max: 2040 }).map(String),
      fc.constantFrom('0000', '9999', '1e99', ' 200'),
    );
    const small = (most: number) =>
      fc.oneof(
        { weight: 9, arbitrary: fc.nat(most).map((n) => String(n).padStart(2, '0')) },
        { weight: 1, arbitrary: two },
      );
    fc.assert(
      fc.property(
        four,
        small(13),
        small(32),
        small(25),
        small(61),
        small(61),
        (year, month, day, hour, minute, second) => {
          const text = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
          const [usual, general] = [readEventTime(`${text}Z`), readEventTime(`${text}.000Z`)];

          expect(typeof usual === 'number' ? usual : 'refused').toBe(
            typeof general === 'number' ? general : 'refused',
          );
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('isoTime', () => {
  const instant = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31, 23, 59, 59, 999) });

  it('is read back as it was', () => {
    fc.assert(
      fc.property(instant, (ms) => {
        expect(readEventTime(isoTime(ms))).toBe(ms);
      }),
    );
  });

  it('sorts as the times do, which sort keys depend on', () => {
    fc.assert(
      fc.property(instant, instant, (a, b) => {
        expect(isoTime(a) < isoTime(b)).toBe(a < b);
      }),
    );
  });
});
