import { describe, expect, it } from 'vitest';
import { readOptions, type AnomalyOptions } from '../../lib/anomaly/options.ts';

const read = (options: unknown) => readOptions('alerts.slow.when', options as AnomalyOptions);

describe('readOptions', () => {
  it('has defaults', () => {
    expect(read({})).toEqual({ threshold: 0.25, seasons: ['daily', 'weekly'], gate: 0.6, minHistory: 100 });
  });

  it('looks for no season but the one that is given, and relies on it', () => {
    expect(read({ season: 'weekly' })).toMatchObject({ seasons: ['weekly'], gate: Infinity });
    expect(read({ season: 'none' })).toMatchObject({ seasons: [] });
  });

  it.each([
    [null, 'pipeline: alerts.slow.when is missing; write {} for the defaults'],
    [
      { sensitvity: 3 },
      'pipeline: alerts.slow.when.sensitvity is unknown; did you mean sensitivity? (known are sensitivity, season, minHistory)',
    ],
    [
      { sensitivity: 0 },
      'pipeline: alerts.slow.when.sensitivity is 0, and no number of false alarms per 10,000 values; take one from 0.002 to 60: the lower, the fewer alarms',
    ],
    [
      { season: 'hourly' },
      `pipeline: alerts.slow.when.season is "hourly", which is no season; take 'daily', 'weekly', 'none' or 'auto'`,
    ],
    [
      { minHistory: 1.5 },
      'pipeline: alerts.slow.when.minHistory is 1.5, and no number of values; take a whole number, such as 100',
    ],
  ])('refuses %j', (options, message) => {
    expect(() => read(options)).toThrow(message);
  });
});
