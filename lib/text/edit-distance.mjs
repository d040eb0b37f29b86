/**
 * How many characters have to be added, left out or changed to make one text the other: Levenshtein 1966. Plain JavaScript,
 * as the Serverless Framework's plugins run without a loader.
 *
 * @param {string} from
 * @param {string} to
 * @returns {number}
 * @example
 * editDistance('retian', 'retain'); // 2: swapped letters are two changes
 */
export function editDistance(from, to) {
  let row = [...to, ''].map((_, i) => i);
  for (const [i, char] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      next.push(Math.min(row[j] + (char === other ? 0 : 1), row[j + 1] + 1, next[j] + 1));
    }
    row = next;
  }
  return row[[...to].length];
}
