import { count, distinct, only } from '../../lib/index.ts';
import { different } from './brute-force.ts';
import type { Bid } from './events.ts';

export const isRank1 = ({ price }: Bid): boolean => price < 10_000;
export const isRank2 = ({ price }: Bid): boolean => price >= 10_000 && price < 1_000_000;
export const isRank3 = ({ price }: Bid): boolean => price >= 1_000_000;

const bidders = () => distinct((bid: Bid) => bid.bidder);
const auctions = () => distinct((bid: Bid) => bid.auction);

/** Bids, bidders and auctions, by how high the price is. */
export const priceRanks = () => ({
  bids: count<Bid>(),
  rank1Bids: count(isRank1),
  rank2Bids: count(isRank2),
  rank3Bids: count(isRank3),
  bidders: bidders(),
  rank1Bidders: only(isRank1, bidders()),
  rank2Bidders: only(isRank2, bidders()),
  rank3Bidders: only(isRank3, bidders()),
  auctions: auctions(),
  rank1Auctions: only(isRank1, auctions()),
  rank2Auctions: only(isRank2, auctions()),
  rank3Auctions: only(isRank3, auctions()),
});

/** The same by plain arithmetic. */
export function expectedRanks(bids: readonly Bid[]) {
  const ranks = [0, 10_000, 1_000_000].map((least, i, all) => {
    const beyond = all[i + 1] ?? Infinity;
    return bids.filter(({ price }) => least <= price && price < beyond);
  });
  const [all, rank1, rank2, rank3] = [bids, ...ranks].map((some = []) => ({
    bids: some.length,
    bidders: different(some.map(({ bidder }) => bidder)),
    auctions: different(some.map(({ auction }) => auction)),
  }));
  return {
    ...all,
    ...prefixed('rank1', rank1),
    ...prefixed('rank2', rank2),
    ...prefixed('rank3', rank3),
  };
}

function prefixed(rank: string, counts: { bids: number; bidders: unknown; auctions: unknown } | undefined) {
  return {
    [`${rank}Bids`]: counts?.bids,
    [`${rank}Bidders`]: counts?.bidders,
    [`${rank}Auctions`]: counts?.auctions,
  };
}
