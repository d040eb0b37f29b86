import { describe, expect, it } from 'vitest';
import { DurationError } from '../../lib/time/duration.ts';
import { parseWindow } from '../../lib/time/window-text.ts';
import { sliding, tumbling } from '../../lib/time/window.ts';

describe('parseWindow', () => {
  it.each([
    ['tumbling(1h)', tumbling('1h')],
    [' tumbling ( 15m ) ', tumbling('15m')],
    ['sliding(1h,5m)', sliding('1h', '5m')],
    ['tumbling(1d, offset=6h)', tumbling('1d', { offset: '6h' })],
    ['sliding(2d, 1d, zone=Europe/Berlin)', sliding('2d', '1d', { zone: 'Europe/Berlin' })],
    [
      'tumbling(7d, zone = Europe/Berlin, offset = 4d)',
      tumbling('7d', { zone: 'Europe/Berlin', offset: '4d' }),
    ],
  ])('reads %s', (text, window) => {
    expect(parseWindow(text)).toEqual(window);
  });

  it.each([
    ['hopping(1h)', "'hopping(1h)' is not a window; write one such as 'tumbling(1h)'"],
    ['1h', "'1h' is not a window; write one such as"],
    ['', "'' is not a window"],
    ['tumbling(1h', "'tumbling(1h' is not a window"],
    ["tumbling('1h')", "size of tumbling(''1h''): ''1h'' is not a duration; write a whole number"],
    ['tumbling()', "size of tumbling(''): '' is not a duration"],
    ['tumbling(1h, 5m)', "'tumbling(1h, 5m)' has 2 lengths of time; tumbling takes a size, as in"],
    ['sliding(1h)', "'sliding(1h)' has one length of time; sliding takes a size and a slide, as in"],
    ['sliding(zone=Europe/Berlin)', 'has 0 lengths of time; sliding takes a size and a slide'],
    ['sliding(1h, 5m, 1m)', 'has 3 lengths of time'],
    ['tumbling(1d, zone=)', "'tumbling(1d, zone=)': zone has no value; write it as in"],
    ['tumbling(1d, offset=1h, offset=2h)', 'offset is given twice; write it as in'],
    ['tumbling(1d, zone=Mars/Phobos)', "zone of tumbling('1d'): 'Mars/Phobos' is no time zone"],
    ['tumbling(1d, tz=Europe/Berlin)', "tz of tumbling('1d') is unknown; known are offset, zone"],
    ['tumbling(1d, __proto__=1h)', "__proto__ of tumbling('1d') is unknown"],
    ['sliding(1d, 1h, zone=Europe/Berlin)', '1h is not a number of whole days'],
  ])('refuses %s and says what to write', (text, message) => {
    expect(() => parseWindow(text)).toThrow(DurationError);
    expect(() => parseWindow(text)).toThrow(message);
  });
});
