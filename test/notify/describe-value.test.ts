import { describe, expect, it } from 'vitest';
import {
  durationText,
  expectedText,
  numberText,
  rangeText,
  timeText,
  valueText,
} from '../../lib/notify/describe-value.ts';

describe('numberText', () => {
  it.each([
    [54.25757, '54.3'],
    [5.257, '5.26'],
    [0.05123, '0.0512'],
    [213.4, '213'],
    [1234.56, '1235'],
    [99999.9, '100000'],
    [-54.25757, '-54.3'],
    [0, '0'],
    [1e21, '1e+21'],
  ])('of %d is %s', (value, text) => {
    expect(numberText(value)).toBe(text);
  });

  it('has as many digits as it takes to differ from the threshold', () => {
    expect(numberText(44.996, 45)).toBe('44.996');
    expect(numberText(45, 45)).toBe('45');
    expect(numberText(45.3, 45)).toBe('45.3');
  });
});

describe('valueText', () => {
  const shown = { value: 54.26, threshold: 45, unit: 'min' };

  it.each([
    ['over', { shown, missing: false }, '54.3 min (>= 45)'],
    ['under', { shown: { ...shown, value: 28.1 }, missing: false }, '28.1 min (< 45)'],
    ['at', { shown: { ...shown, value: 45 }, missing: false }, '45 min (>= 45)'],
    ['in percent', { shown: { value: 5.3, threshold: 5, unit: '%' }, missing: false }, '5.3% (>= 5)'],
    ['without threshold', { shown: { value: 3 }, missing: false }, '3'],
    ['without data', { shown, missing: true }, 'no data'],
    ['not finite', { shown: { ...shown, value: null }, missing: false }, 'no value'],
    [
      'against what was expected',
      {
        shown: { value: 54.26, unit: 'min' },
        missing: false,
        band: { actual: 54.26, expected: 25, low: 20, high: 31 },
      },
      '54.3 min (expected 20 to 31)',
    ],
    ['of a rule that names none', { missing: false }, undefined],
  ])('%s', (_, alert, text) => {
    expect(valueText(alert)).toBe(text);
  });
});

describe('expectedText', () => {
  it.each([
    [{ low: 20, high: 31 }, '20 to 31'],
    [{ low: 20, high: null }, 'at least 20'],
    [{ low: null, high: 31 }, 'at most 31'],
    [{ low: null, high: null }, '25'],
  ])('of %j is %s', (bounds, text) => {
    expect(expectedText({ actual: 54, expected: 25, ...bounds })).toBe(text);
  });
});

it.each([
  [8_100_000, '2 h 15 min'],
  [7_200_000, '2 h'],
  [90_000, '1 min 30 s'],
  [86_400_000 * 3 + 3_600_000 * 4 + 60_000, '3 d 4 h'],
  [86_400_000 + 60_000, '1 d'],
  [1_500, '1 s'],
  [20, '20 ms'],
  [0, '0 ms'],
])('%d ms are %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

it('says times in UTC, with seconds where there are some', () => {
  expect(timeText('2001-06-14T15:45:00.000Z')).toBe('2001-06-14 15:45 UTC');
  expect(timeText('2001-06-14T15:45:07.000Z')).toBe('2001-06-14 15:45:07 UTC');
  expect(timeText('2001-06-14T15:45:00.250Z')).toBe('2001-06-14 15:45:00.250 UTC');
});

it('says the day of a stretch of time once, unless there are two', () => {
  expect(rangeText({ start: '2001-06-14T14:45:00.000Z', end: '2001-06-14T15:45:00.000Z' })).toBe(
    '2001-06-14 14:45 to 15:45 UTC',
  );
  expect(rangeText({ start: '2001-06-14T23:45:00.000Z', end: '2001-06-15T00:45:00.000Z' })).toBe(
    '2001-06-14 23:45 to 2001-06-15 00:45 UTC',
  );
});
