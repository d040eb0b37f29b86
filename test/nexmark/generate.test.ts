import { describe, expect, it } from 'vitest';
import { bidsOf } from './events.ts';
import { generate } from './generate.ts';

const options = { seed: 7, events: 5_000, from: Date.UTC(2024, 0, 1), every: 10, outOfOrder: 400 };
const events = generate(options);
const times = events.map(({ dateTime }) => Date.parse(dateTime));

describe('the generator', () => {
  it('gives the same events for the same seed, and others for another', () => {
    expect(generate(options)).toEqual(events);
    expect(generate({ ...options, seed: 8 })).not.toEqual(events);
  });

  it('gives a person and three auctions for 46 bids', () => {
    const counts = { person: 0, auction: 0, bid: 0 };
    for (const { type } of events) counts[type]++;

    expect(counts).toEqual({ person: 100, auction: 300, bid: 4_600 });
  });

  it('lets events overtake others, but none by more than it says', () => {
    let greatest = -Infinity;
    let furthest = 0;
    for (const time of times) {
      furthest = Math.max(furthest, greatest - time);
      greatest = Math.max(greatest, time);
    }

    expect(furthest).toBeGreaterThan(options.outOfOrder / 2);
    expect(furthest).toBeLessThanOrEqual(options.outOfOrder);
  });

  it('has hot auctions and bidders, and others', () => {
    const bids = bidsOf(events);
    const share = (hot: number) => hot / bids.length;

    const hotAuctions = share(bids.filter(({ auction }) => auction % 100 === 0).length);
    const hotBidders = share(bids.filter(({ bidder }) => bidder % 100 === 1).length);

    expect(hotAuctions).toBeCloseTo(1 / 2, 1);
    expect(hotBidders).toBeCloseTo(3 / 4, 1);
    expect(new Set(bids.map(({ auction }) => auction)).size).toBeGreaterThan(250);
  });
});
