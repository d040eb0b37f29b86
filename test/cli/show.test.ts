import { describe, expect, it } from 'vitest';
import { alertLine, showResult, showSeen } from '../../lib/cli/show.ts';

describe('showResult', () => {
  it.each([
    [3, '3'],
    [54.25757, '54.26'],
    [Infinity, 'Infinity'],
    [NaN, '–'],
    [null, '–'],
    [undefined, '–'],
    ['ORD', 'ORD'],
    [true, 'true'],
    [{ p50: 3, 'p99.9': 41.237, p100: null }, 'p50 3, p99.9 41.24, p100 –'],
    [{ spread: 3, wait: { p50: 1 }, late: [1, 2] }, 'spread 3, wait (p50 1), late (1, 2)'],
    [['ORD', 'ATL', null], 'ORD, ATL, –'],
    [
      [
        { value: 'ORD', count: 12 },
        { value: 'ATL', count: 7 },
      ],
      'ORD 12, ATL 7',
    ],
    [
      [
        { from: null, to: -5, count: 1 },
        { from: -5, to: 2.5, count: 20 },
        { from: 2.5, to: null, count: 0 },
      ],
      '<-5: 1, -5–2.5: 20, ≥2.5: 0',
    ],
    [[], ''],
  ])('writes %j for people', (result, shown) => {
    expect(showResult(result)).toBe(shown);
  });

  it('puts the parts on lines of their own where they are asked for', () => {
    expect(showResult({ p50: 3, p99: 4 }, '\n')).toBe('p50 3\np99 4');
  });
});

it.each([
  ['onTime', ''],
  ['early', ' (early)'],
] as const)('writes a transition on one line, whatever its results are, and marks it %s', (judged, mark) => {
  const value = { flights: 66, wait: { p50: 3, p99: 41 }, share: null };

  const shown = {
    alert: 'congested',
    key: { origin: 'ORD' },
    severity: 'critical',
    value,
    missing: false,
    judged,
  } as const;

  expect(alertLine('2001-06-14T15:45:00.000Z', 'firing', shown)).toBe(
    `2001-06-14T15:45:00.000Z FIRING     congested origin=ORD critical${mark}  flights 66, wait (p50 3, p99 41), share –`,
  );
});

describe('what a transition is by', () => {
  const band = { actual: 66, expected: 20.4, low: 10, high: 31.4 };

  it.each([
    ['the results of a window', { value: { n: 66 }, missing: false }, 'n 66'],
    ['none, where there are no data', { value: { n: 0, delay: null }, missing: true }, 'no data'],
    [
      'what was expected instead, of an anomaly',
      { value: { n: 66 }, missing: false, band },
      'n 66; expected 10 to 31.4',
    ],
  ])('is %s', (_what, seen, shown) => {
    expect(showSeen(seen)).toBe(shown);
  });
});
