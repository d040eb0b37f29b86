import { bidPath } from './bid-path.ts';
import { createDraw, type Draw } from './draw.ts';
import type { Auction, Bid, NexmarkEvent, Person } from './events.ts';

export interface GeneratorOptions {
  readonly seed: number;
  readonly events: number;
  /** Event time of the first event, in ms. */
  readonly from: number;
  /** Event time between two events, in ms. */
  readonly every: number;
  /** How late an event may arrive, in ms of event time. */
  readonly outOfOrder: number;
}

// Of 50 events one is a person, three are auctions and 46 are bids.
const CYCLE = 50;
const AUCTIONS_OF_CYCLE = 3;
const FIRST_ID = 1_000;
const CATEGORIES = 5;
const FIRST_CATEGORY = 10;
// One auction and one person of a hundred are hot; the others are of these latest ones.
const HOT = 100;
const OPEN_AUCTIONS = 100;
const ACTIVE_PEOPLE = 1_000;

const FIRST_NAMES = ['Peter', 'Paul', 'Luke', 'Vicky', 'Kate', 'Sarah'];
const LAST_NAMES = ['Shultz', 'Walton', 'Jones', 'Noris', 'Smith', 'Bartels'];
const CITIES = [
  ['Phoenix', 'AZ'],
  ['Palo Alto', 'CA'],
  ['Boise', 'ID'],
  ['Portland', 'OR'],
  ['Seattle', 'WA'],
  ['Kent', 'WA'],
  ['Cheyenne', 'WY'],
] as const;

/**
 * Events of Nexmark's three kinds, in the order in which they arrive: in that of event time, but for those that are
 * overtaken, which none is by more than `outOfOrder`.
 *
 * Kinds, proportions and what is hot follow the suite (https://github.com/nexmark/nexmark); names, sizes and chance are
 * weir's own.
 */
export function generate({ seed, events, from, every, outOfOrder }: GeneratorOptions): NexmarkEvent[] {
  const draw = createDraw(seed);
  const arrivals = Array.from({ length: events }, (_, n) => {
    const time = from + n * every;
    return { at: time + draw.int(outOfOrder + 1), event: nextEvent(draw, n, time) };
  });
  return arrivals.sort((a, b) => a.at - b.at).map(({ event }) => event);
}

function nextEvent(draw: Draw, n: number, time: number): NexmarkEvent {
  const cycle = Math.floor(n / CYCLE);
  const place = n % CYCLE;
  if (place === 0) return nextPerson(draw, cycle, time);
  if (place <= AUCTIONS_OF_CYCLE)
    return nextAuction(draw, cycle * AUCTIONS_OF_CYCLE + place - 1, cycle, time);
  return nextBid(draw, (cycle + 1) * AUCTIONS_OF_CYCLE - 1, cycle, time);
}

function nextPerson(draw: Draw, n: number, time: number): Person {
  const [city, state] = draw.pick(CITIES);
  return {
    type: 'person',
    id: FIRST_ID + n,
    name: `${draw.pick(FIRST_NAMES)} ${draw.pick(LAST_NAMES)}`,
    emailAddress: `${draw.text(7)}@${draw.text(5)}.com`,
    creditCard: Array.from({ length: 4 }, () => String(draw.int(10_000)).padStart(4, '0')).join(' '),
    city,
    state,
    dateTime: isoOf(time),
    extra: extra(draw),
  };
}

function nextAuction(draw: Draw, n: number, latestPerson: number, time: number): Auction {
  const initialBid = draw.price();
  return {
    type: 'auction',
    id: FIRST_ID + n,
    itemName: draw.text(10),
    description: draw.text(30),
    initialBid,
    reserve: initialBid + draw.price(),
    dateTime: isoOf(time),
    expires: isoOf(time + draw.int(600_000)),
    seller:
      FIRST_ID + (draw.mostly(4) ? hotOf(latestPerson) : oneOfLatest(draw, latestPerson, ACTIVE_PEOPLE)),
    category: FIRST_CATEGORY + draw.int(CATEGORIES),
    extra: extra(draw),
  };
}

function nextBid(draw: Draw, latestAuction: number, latestPerson: number, time: number): Bid {
  const auction = draw.mostly(2) ? hotOf(latestAuction) : oneOfLatest(draw, latestAuction, OPEN_AUCTIONS);
  // The hot seller does not bid.
  const bidder = draw.mostly(4) ? hotOf(latestPerson) + 1 : oneOfLatest(draw, latestPerson, ACTIVE_PEOPLE);
  return {
    type: 'bid',
    auction: FIRST_ID + auction,
    bidder: FIRST_ID + bidder,
    price: draw.price(),
    ...bidPath(draw),
    dateTime: isoOf(time),
    extra: extra(draw),
  };
}

function hotOf(latest: number): number {
  return Math.floor(latest / HOT) * HOT;
}

function oneOfLatest(draw: Draw, latest: number, many: number): number {
  return latest - draw.int(Math.min(many, latest + 1));
}

function extra(draw: Draw): string {
  return draw.text(10 + draw.int(20));
}

function isoOf(time: number): string {
  return new Date(time).toISOString();
}
