import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DurationError, type Duration } from '../../lib/time/duration.ts';
import {
  firstWindowEnd,
  lastWindowEnd,
  nextWindowEnd,
  paneStart,
  sliding,
  tumbling,
  windowStart,
} from '../../lib/time/window.ts';

describe('windows', () => {
  it('tumble by their own size', () => {
    expect(tumbling('1h')).toEqual({ size: 3_600_000, slide: 3_600_000 });
  });

  it('slide by less', () => {
    expect(sliding('1h', '15m')).toEqual({ size: 3_600_000, slide: 900_000 });
  });

  it('are moved by an offset', () => {
    const window = tumbling('1d', { offset: '6h' });

    expect(window).toEqual({ size: 86_400_000, slide: 86_400_000, offset: 21_600_000 });
    expect(firstWindowEnd(window, 1)).toBe(21_600_000);
    expect(firstWindowEnd(window, 21_600_001)).toBe(108_000_000);
    expect(nextWindowEnd(window, 21_600_000)).toBe(108_000_000);
    expect(windowStart(window, 108_000_000)).toBe(21_600_000);
  });

  it.each([
    [
      () => tumbling('1d', { zone: 'Mars/Phobos' }),
      "zone of tumbling('1d'): 'Mars/Phobos' is no time zone; write one such as 'Europe/Berlin'",
    ],
    [
      () => sliding('1d', '1h', { zone: 'Europe/Berlin' }),
      "sliding('1d', '1h') with a zone: 1h is not a number of whole days",
    ],
    [
      () => tumbling('1d', { tz: 'Europe/Berlin' } as object),
      "tz of tumbling('1d') is unknown; known are offset, zone",
    ],
    [
      () => sliding('1h', '5m', { ofset: '5m' } as object),
      "ofset of sliding('1h', '5m') is unknown; did you mean offset?",
    ],
    [() => tumbling('1d', { offset: '1x' as Duration }), "offset of tumbling('1d'): '1x' is not a duration"],
    [
      () => tumbling('1x' as Duration),
      "size of tumbling('1x'): '1x' is not a duration; write a whole number",
    ],
    [() => tumbling('0s'), "size of tumbling('0s'): '0s' is no time at all; give a duration above zero"],
    [
      () => sliding('1' as Duration, '5m'),
      "size of sliding('1', '5m'): '1' is not a duration; write a whole",
    ],
    [
      () => sliding('1h', '5min' as Duration),
      "slide of sliding('1h', '5min'): '5min' is not a duration; write",
    ],
    [
      () => sliding('1h', undefined as unknown as Duration),
      "slide of sliding('1h', 'undefined'): 'undefined' is",
    ],
  ])('are refused with the call that is wrong and what to write (%#)', (make, message) => {
    expect(make).toThrow(DurationError);
    expect(make).toThrow(message);
  });
});

describe('paneStart', () => {
  it.each([
    [0, 0],
    [59, 0],
    [60, 60],
    [119, 60],
    [-1, -60],
  ])('of %d in panes of 60 is %d', (time, start) => {
    expect(paneStart(time, 60)).toBe(start);
  });
});

describe('firstWindowEnd', () => {
  it.each([
    [60, 60, 60],
    [60, 180, 180],
    [180, 180, 180],
    [240, 180, 360],
  ])('of a pane that ends at %d, sliding by %d, is %d', (paneEnd, slide, end) => {
    expect(firstWindowEnd({ size: slide, slide }, paneEnd)).toBe(end);
  });

  it('is the first end whose window holds the whole pane', () => {
    const shapes = fc.record({ slide: fc.integer({ min: 1, max: 9 }), more: fc.integer({ min: 0, max: 9 }) });
    fc.assert(
      fc.property(shapes, fc.nat(1_000), (shape, pane) => {
        const [start, end, slide, size] = [
          pane * 60,
          pane * 60 + 60,
          shape.slide * 60,
          (shape.slide + shape.more) * 60,
        ];

        const first = firstWindowEnd({ size: slide, slide }, end);

        expect(first % slide).toBe(0);
        expect(first - size).toBeLessThanOrEqual(start);
        expect(first).toBeGreaterThanOrEqual(end);
        expect(first - slide).toBeLessThan(end);
      }),
    );
  });
});

describe('lastWindowEnd', () => {
  it.each([
    ['of windows side by side', tumbling('3h')],
    ['of windows that are moved', sliding('3h', '1h', { offset: '20m' })],
    ['of days', tumbling('1d', { zone: 'Europe/Berlin' })],
    ['of days that lack one', tumbling('2d', { zone: 'Pacific/Apia', offset: '1d' })],
  ])('is the one at or before a time: %s', (_what, window) => {
    const apia = Date.UTC(2011, 11, 25);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 14 * 24 * 60 }), (minute) => {
        const time = apia + minute * 60_000;

        const last = lastWindowEnd(window, time);

        expect(last).toBe(firstWindowEnd(window, last));
        expect(last).toBeLessThanOrEqual(time);
        expect(nextWindowEnd(window, last)).toBeGreaterThan(time);
      }),
    );
  });
});
