import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueOf, startOf, tiersOf } from '../../lib/rollup/tier.ts';
import { minutes, views as plain } from '../support/pipeline.ts';
import { day, hour, views } from './setup.ts';

const HOUR = 3_600_000;

describe('tiersOf', () => {
  it('names the tiers of an aggregate, finest first, each with the one that it is made from', () => {
    expect(tiersOf(views)).toEqual([
      { aggregate: views, name: 'views@1h', pane: HOUR, retain: 300 * 24 * HOUR, finer: undefined },
      { aggregate: views, name: 'views@1d', pane: 24 * HOUR, retain: 3650 * 24 * HOUR, finer: hour },
    ]);
    expect(tiersOf(plain)).toEqual([]);
  });
});

describe('a pane of a tier', () => {
  it('is due once the watermark is past its end and the allowed lateness', () => {
    expect(dueOf(hour, minutes(59))).toBe(minutes(65));
    expect(dueOf(hour, minutes(60))).toBe(minutes(125));
    expect(dueOf(day, minutes(59))).toBe(minutes(24 * 60 + 5));
  });

  it('is found again by when it is due', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e13 }), fc.constantFrom(hour, day), (time, tier) => {
        expect(startOf(tier, dueOf(tier, time))).toBe(Math.floor(time / tier.pane) * tier.pane);
      }),
    );
  });

  it('is found by when it was due before the allowed lateness grew', () => {
    const before = { ...hour, aggregate: { ...views, allowedLateness: 0 } };

    expect(startOf(before, dueOf(hour, minutes(59)))).toBe(minutes(0));
  });
});
