import { seeded } from '../measures/distributions.ts';

/** Draws by chance, the same in every run with the same seed. */
export interface Draw {
  /** A whole number from 0 to `below` - 1. */
  readonly int: (below: number) => number;
  /** Whether something happens that does so `n - 1` times out of `n`. */
  readonly mostly: (n: number) => boolean;
  readonly pick: <Value>(choices: readonly Value[]) => Value;
  /** `length` small letters. */
  readonly text: (length: number) => string;
  /** A price in cents, from 1 to 1,000,000 dollars, all orders of magnitude alike. */
  readonly price: () => number;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

export function createDraw(seed: number): Draw {
  const random = seeded(seed);
  const int = (below: number): number => Math.floor(random() * below);
  return {
    int,
    mostly: (n) => int(n) > 0,
    pick: (choices) => choices[int(choices.length)]!,
    text: (length) => Array.from({ length }, () => LETTERS[int(LETTERS.length)]).join(''),
    price: () => Math.round(10 ** (random() * 6) * 100),
  };
}
