import { count, distinct, only } from '../../lib/index.ts';
import { different } from './brute-force.ts';
import type { Bid } from './events.ts';
import type { Row } from './rows.ts';

export const isRank1 = ({ price }: Bid): boolean => price < 10_000;
export const isRank2 = ({ price }: Bid): boolean => price >= 10_000 && price < 1_000_000;
export const isRank3 = ({ price }: Bid): boolean => price >= 1_000_000;

const bidders = () => distinct((bid: Bid) => bid.bidder);
const auctions = () => distinct((bid: Bid) => bid.auction);

/** Bids, bidders and auctions, by how high the price is. */
export const priceRanks = () => ({
  totalBids: count<Bid>(),
  rank1Bids: count(isRank1),
  rank2Bids: count(isRank2),
  rank3Bids: count(isRank3),
  totalBidders: bidders(),
  rank1Bidders: only(isRank1, bidders()),
  rank2Bidders: only(isRank2, bidders()),
  rank3Bidders: only(isRank3, bidders()),
  totalAuctions: auctions(),
  rank1Auctions: only(isRank1, auctions()),
  rank2Auctions: only(isRank2, auctions()),
  rank3Auctions: only(isRank3, auctions()),
});

/** The same by plain arithmetic. */
export function expectedRanks(bids: readonly Bid[]): Row {
  return {
    ...expectedOf('total', bids, 0, Infinity),
    ...expectedOf('rank1', bids, 0, 10_000),
    ...expectedOf('rank2', bids, 10_000, 1_000_000),
    ...expectedOf('rank3', bids, 1_000_000, Infinity),
  };
}

function expectedOf(rank: string, bids: readonly Bid[], least: number, beyond: number): Row {
  const some = bids.filter(({ price }) => least <= price && price < beyond);
  return {
    [`${rank}Bids`]: some.length,
    [`${rank}Bidders`]: different(some.map(({ bidder }) => bidder)),
    [`${rank}Auctions`]: different(some.map(({ auction }) => auction)),
  };
}
