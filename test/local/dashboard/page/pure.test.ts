import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { briefly } from '../../../../lib/local/dashboard/page/briefly.ts';
import { findTarget, overlayOf } from '../../../../lib/local/dashboard/page/alert-overlay.ts';
import type { AggregateListing } from '../../../../lib/local/dashboard/page/api.ts';
import { parseDuration, resolutions } from '../../../../lib/local/dashboard/page/durations.ts';
import { queryOf, suitingRange } from '../../../../lib/local/dashboard/page/explorer-query.ts';
import { ago, compact, duration, eventTime, perSecond } from '../../../../lib/local/dashboard/page/format.ts';
import { parseKey, typedKey } from '../../../../lib/local/dashboard/page/keys.ts';
import { progressOf } from '../../../../lib/local/dashboard/page/playback-progress.ts';
import { agoMarks, timeMarks } from '../../../../lib/local/dashboard/page/time-axis.ts';
import { keyWords } from '../../../../lib/notify/describe-value.ts';
import { formatDuration } from '../../../../lib/time/duration.ts';
import { fullSnapshot } from '../../../support/page-stack.ts';

const HOUR = 3_600_000;
const NOON = Date.parse('2001-06-14T12:00:00Z');

const DEPARTURES: AggregateListing = {
  name: 'departures',
  key: ['origin'],
  pane: '15m',
  rollups: [],
  measures: { flights: 'count', delay: 'mean' },
};

describe('format', () => {
  test.each([
    [duration(0), '0 ms'],
    [duration(3_240), '3.2 s'],
    [duration(59_970), '1 min'],
    [duration(59.6 * 60_000), '1.0 h'],
    [duration(25 * HOUR), '1.0 d'],
    [perSecond(0), '0/s'],
    [perSecond(0.44), '0.4/s'],
    [perSecond(9.96), '10/s'],
    [perSecond(12_345), '12.3K/s'],
    [compact(999), '999'],
    [compact(1_250_000), '1.3M'],
    [eventTime(undefined), '–'],
    [eventTime(9e15), '–'],
    [eventTime(NOON), '2001-06-14 12:00'],
    [ago(NOON - 1_000, NOON), 'now'],
    [ago(NOON - 42_900, NOON), '42 s ago'],
    [ago(NOON + 5_000, NOON), 'now'],
  ])('%s', (text, expected) => {
    expect(text).toBe(expected);
  });

  test('marks of an axis say the day at midnight, and how far back', () => {
    expect(timeMarks([NOON / 1000 - 43_200, NOON / 1000], 21_600)).toEqual(['Jun 14', '12:00']);
    expect(agoMarks([-240, -30, 0])).toEqual(['−4 min', '−30 s', 'now']);
  });
});

describe('durations', () => {
  test('reads whatever the HTTP API writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 * 24 * HOUR }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
    expect(parseDuration('global')).toBeUndefined();
    expect(parseDuration('15m ')).toBeUndefined();
  });

  test('offers resolutions that are multiples of the pane alone, tiers among them', () => {
    expect(resolutions('15m', ['2h'])).toEqual(['15m', '1h', '2h', '6h', '1d']);
    expect(resolutions('7m', [])).toEqual(['7m']);
    expect(resolutions('global', [])).toEqual([]);
  });
});

describe('keys', () => {
  test('reads a key back as alerts write it, whatever its values hold', () => {
    const value = fc.string().filter((text) => !` ${text}`.includes(' b='));
    fc.assert(
      fc.property(value, fc.string(), (a, b) => {
        expect(parseKey(keyWords({ a, b }), ['a', 'b'])).toEqual({ a, b });
      }),
    );
  });

  test('does not take a key of other dimensions', () => {
    expect(parseKey('origin=ORD', ['destination'])).toBeUndefined();
    expect(parseKey('origin=ORD', [])).toBeUndefined();
    expect(parseKey('', [])).toEqual({});
  });

  test('takes what is typed, as alerts write it or as it is shown', () => {
    expect(typedKey(' ORD ', ['origin'])).toEqual({ origin: 'ORD' });
    expect(typedKey('origin=ORD', ['origin'])).toEqual({ origin: 'ORD' });
    expect(typedKey('ORD · ATL', ['origin', 'destination'])).toEqual({ origin: 'ORD', destination: 'ATL' });
    expect(typedKey('ORD', ['origin', 'destination'])).toBeUndefined();
    expect(typedKey(' ', ['origin'])).toBeUndefined();
  });
});

describe('queryOf', () => {
  const selection = {
    aggregate: 'departures',
    key: { origin: 'ORD' },
    resolution: '15m',
    range: '3h',
  } as const;
  const playback = { from: NOON - 12 * HOUR, eventTime: NOON };

  test('ends with the youngest event', () => {
    expect(queryOf(DEPARTURES, selection, playback)).toEqual({
      origin: 'ORD',
      from: '2001-06-14T09:00:00.001Z',
      to: '2001-06-14T12:00:00.001Z',
      resolution: '15m',
    });
  });

  test('reaches back to the first event if all is wanted', () => {
    const query = queryOf(DEPARTURES, { ...selection, range: 'all' }, playback);
    expect(query?.from).toBe('2001-06-14T00:00:00.000Z');
  });

  test('has an alert in view, but never what is yet to come', () => {
    const around = NOON - 9 * HOUR;
    expect(queryOf(DEPARTURES, { ...selection, around }, playback)?.to).toBe('2001-06-14T04:00:00.001Z');
    expect(queryOf(DEPARTURES, { ...selection, around: NOON }, playback)?.to).toBe(
      '2001-06-14T12:00:00.001Z',
    );
  });

  test('asks for nothing before the first event, or without a key', () => {
    expect(queryOf(DEPARTURES, selection, { from: undefined, eventTime: undefined })).toBeUndefined();
    expect(queryOf(DEPARTURES, { ...selection, key: {} }, playback)).toBeUndefined();
  });

  test('gives sessions no resolution, and a running total no range', () => {
    const sessions = { ...DEPARTURES, session: { gap: '30m', max: '12h' } };
    expect(queryOf(sessions, selection, playback)).not.toHaveProperty('resolution');
    expect(queryOf({ ...DEPARTURES, pane: 'global' }, selection, playback)).toEqual({ origin: 'ORD' });
  });

  test('takes a range that holds enough panes', () => {
    expect(suitingRange(DEPARTURES)).toBe('12h');
    expect(suitingRange({ ...DEPARTURES, pane: '1m' })).toBe('3h');
    expect(suitingRange({ ...DEPARTURES, pane: '1d' })).toBe('all');
  });
});

describe('briefly', () => {
  const row = {
    alert: 'congested',
    key: 'origin=ORD',
    state: 'firing',
    severity: 'warning',
    at: NOON,
  } as const;

  test('leaves out what stands beside it', () => {
    const summary = 'FIRING congested origin=ORD: 54.3 min (>= 45), warning';
    expect(briefly({ ...row, summary })).toBe('54.3 min (>= 45), warning');
    expect(briefly({ ...row, summary: 'FIRING congested: 54.3 min', key: '' })).toBe('54.3 min');
    expect(briefly({ ...row, summary: 'the airport is congested' })).toBe('the airport is congested');
  });
});

describe('alerts over charts', () => {
  test('finds the aggregate by dimensions, and by what the rule saw', () => {
    const other = { ...DEPARTURES, name: 'arrivals', measures: { planes: 'count' } };
    expect(findTarget([DEPARTURES, other], 'origin=ORD', ['planes'])?.aggregate).toBe('arrivals');
    expect(findTarget([DEPARTURES], 'destination=ORD')).toBeUndefined();
  });

  test('takes what happened to this key alone, and the measure that the value is of', () => {
    const entry = (origin: string, state: string) => ({
      type: 'transition',
      state,
      at: '2001-06-14T12:00:00.000Z',
      key: { origin },
      value: { flights: 66, delay: 54.2 },
      shown: { value: 54.2, threshold: 45, unit: 'min' },
    });
    const history = [entry('ORD', 'firing'), entry('ATL', 'firing'), entry('ORD', 'pending')];
    expect(overlayOf(history, { origin: 'ORD' })).toEqual({
      measure: 'delay',
      threshold: 45,
      unit: 'min',
      marks: [{ time: NOON / 1000, state: 'firing', value: 54.2 }],
    });
  });
});

describe('progressOf', () => {
  const { playback } = fullSnapshot();

  test('goes by event time, from 0 to 1', () => {
    expect(progressOf({ ...playback, eventTime: playback.from })).toBe(0);
    expect(progressOf({ ...playback, eventTime: playback.to })).toBe(1);
    expect(progressOf({ ...playback, eventTime: undefined, put: 0 })).toBe(0);
    expect(progressOf({ ...playback, state: 'done' })).toBe(1);
  });

  test('goes by events once a pass is over: event time is beyond the end then', () => {
    expect(progressOf({ ...playback, loop: true, passes: 2, put: 10, total: 40 })).toBe(0.25);
  });
});
