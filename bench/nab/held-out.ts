import type { Profile } from './protocol.ts';
import { normalise, optimise, tally, type Judged } from './sweep.ts';

/** Judged series, and what part of the corpus each belongs to. */
export interface Part {
  readonly category: string;
  readonly judged: Judged;
}

/** Score of a corpus when the threshold for each category is the best one for all others. */
export function heldOut(parts: readonly Part[], profile: Profile): number {
  const categories = [...new Set(parts.map(({ category }) => category))];
  const worths = categories.map((category) => {
    const others = parts.filter((part) => part.category !== category);
    const { threshold } = optimise(judgedOf(others), profile);
    return parts
      .filter((part) => part.category === category)
      .reduce((sum, { judged }) => sum + tally(judged, threshold, profile).worth, 0);
  });
  const worth = worths.reduce((sum, one) => sum + one, 0);
  return normalise(worth, judgedOf(parts), profile);
}

function judgedOf(parts: readonly Part[]): Judged[] {
  return parts.map(({ judged }) => judged);
}
