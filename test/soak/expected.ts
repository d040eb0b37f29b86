import type { Flight } from './flights.ts';

/** What a pane must hold. */
export interface Expected {
  readonly aggregate: SoakAggregate;
  readonly key: string;
  /** In ms. */
  readonly start: number;
  n: number;
  delay: number;
  worst: number;
  miles: number;
}

/** A valid record in the pane of an aggregate where it belongs. */
export interface Home {
  readonly aggregate: SoakAggregate;
  /** Start of the pane in ms. */
  readonly start: number;
  readonly flight: Flight;
}

interface SoakAggregate {
  readonly name: string;
  /** In ms. */
  readonly pane: number;
  readonly key: (flight: Flight) => string;
  /** Results of measures that are exact. */
  readonly results: (pane: Expected) => Readonly<Record<string, number>>;
}

const MINUTE = 60_000;
export const OUT_OF_ORDER = MINUTE;

/** The aggregates of pipeline.ts once more, in plain arithmetic that shares nothing with it. */
export const AGGREGATES: readonly SoakAggregate[] = [
  {
    name: 'departures',
    pane: 15 * MINUTE,
    key: ({ origin }) => origin,
    results: ({ n, delay, worst }) => ({ flights: n, delay: delay / n, worst }),
  },
  {
    name: 'routes',
    pane: 24 * 60 * MINUTE,
    key: ({ origin, destination }) => `${origin}|${destination}`,
    results: ({ n, delay, miles }) => ({ flights: n, delay: delay / n, miles }),
  },
];

/** All lanes' panes together, by name. */
export function fold(homes: readonly Home[]): Map<string, Expected> {
  const panes = new Map<string, Expected>();
  for (const { aggregate, start, flight } of homes) {
    const key = aggregate.key(flight);
    const name = paneName(aggregate.name, key, start);
    const pane = panes.get(name) ?? { aggregate, key, start, n: 0, delay: 0, worst: -Infinity, miles: 0 };
    panes.set(name, pane);
    pane.n++;
    pane.delay += flight.delay;
    pane.worst = Math.max(pane.worst, flight.delay);
    pane.miles += flight.distance;
  }
  return panes;
}

/** @param start in ms */
export function paneName(aggregate: string, key: string, start: number): string {
  return `${aggregate} of ${key} at ${new Date(start).toISOString()}`;
}

/** Whether an airport is congested, by the hour before `end` (ms): what pipeline.ts says, given what it said before. */
export function isCongested(
  panes: Iterable<Expected>,
  origin: string,
  end: number,
  wasCongested: boolean,
): boolean {
  let [n, delay] = [0, 0];
  for (const pane of panes) {
    const { aggregate, key, start } = pane;
    if (aggregate.name !== 'departures' || key !== origin) continue;
    if (start < end - 60 * MINUTE || start >= end) continue;
    n += pane.n;
    delay += pane.delay;
  }
  if (n === 0) return false;
  return wasCongested ? delay / n >= 30 : n >= 20 && delay / n > 45;
}
