import { expect } from 'vitest';
import type { Bid } from './events.ts';

/** Groups things by a name, in the order of first sight. */
export function groupBy<Thing>(
  things: readonly Thing[],
  nameOf: (thing: Thing) => string,
): Map<string, Thing[]> {
  const groups = new Map<string, Thing[]>();
  for (const thing of things) {
    const name = nameOf(thing);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [thing]);
    else group.push(thing);
  }
  return groups;
}

/** The start of the stretch of `length` ms in which an event lies, in ms. */
export function startOf({ dateTime }: { readonly dateTime: string }, length: number): number {
  const time = Date.parse(dateTime);
  return time - (time % length);
}

/**
 * How many different values there are, as `distinct` has to tell: exactly, or beyond 768 within five of its standard errors.
 * As chance is seeded, no run has better luck than another.
 */
export function different(values: readonly unknown[]): unknown {
  const { size } = new Set(values);
  if (size <= 768) return size;
  const bound = (5 * size * 1.04) / Math.sqrt(2 ** 12);
  return expect.closeTo(size, -Math.log10(2 * bound));
}

export const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

export const prices = (bids: readonly Bid[]): number[] => bids.map(({ price }) => price);
