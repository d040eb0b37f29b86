import { z } from 'zod';
import { source } from '../../lib/index.ts';

/** Someone who sells and bids. */
export const person = z.object({
  type: z.literal('person'),
  id: z.number(),
  name: z.string(),
  emailAddress: z.string(),
  creditCard: z.string(),
  city: z.string(),
  state: z.string(),
  dateTime: z.string(),
  extra: z.string(),
});

/** An item that is sold. Prices are in cents. */
export const auction = z.object({
  type: z.literal('auction'),
  id: z.number(),
  itemName: z.string(),
  description: z.string(),
  initialBid: z.number(),
  reserve: z.number(),
  dateTime: z.string(),
  expires: z.string(),
  seller: z.number(),
  category: z.number(),
  extra: z.string(),
});

/** A bid on an item. The price is in cents. */
export const bid = z.object({
  type: z.literal('bid'),
  auction: z.number(),
  bidder: z.number(),
  price: z.number(),
  channel: z.string(),
  url: z.string(),
  dateTime: z.string(),
  extra: z.string(),
});

export type Person = z.infer<typeof person>;
export type Auction = z.infer<typeof auction>;
export type Bid = z.infer<typeof bid>;
export type NexmarkEvent = Person | Auction | Bid;

export const persons = source(person, {
  eventTime: (person) => person.dateTime,
  when: { type: 'person' },
});
export const auctions = source(auction, {
  eventTime: (auction) => auction.dateTime,
  when: { type: 'auction' },
});
export const bids = source(bid, {
  eventTime: (bid) => bid.dateTime,
  when: { type: 'bid' },
});

/** The bids among some events, in their order. */
export const bidsOf = (events: readonly NexmarkEvent[]): Bid[] =>
  events.filter((event): event is Bid => event.type === 'bid');
