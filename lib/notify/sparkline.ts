const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const MISSING = '·';

/**
 * Numbers as a line of bars, from the least to the greatest.
 *
 * @param values `null` where there is none
 * @example sparkline([1, 4, null, 8]) // '▁▄·█'
 */
export function sparkline(values: readonly (number | null)[]): string {
  const numbers = values.filter((value) => value !== null);
  const least = Math.min(...numbers);
  const range = Math.max(...numbers) - least;
  const top = BLOCKS.length - 1;
  return values
    .map((value) => {
      if (value === null) return MISSING;
      // All the same: a line in the middle says that they neither rose nor fell.
      const height = range === 0 ? Math.floor(top / 2) : Math.round(((value - least) / range) * top);
      return BLOCKS[height] ?? MISSING;
    })
    .join('');
}
