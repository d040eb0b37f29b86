/**
 * The name that takes the fewest edits of one character to become another.
 *
 * @param {string} word
 * @param {readonly string[]} names at least one; of equally near ones the first is taken
 * @returns {string}
 * @example
 * nearest('shrads', ['streamMode', 'shards']); // 'shards'
 */
export function nearest(word, names) {
  return names.reduce((best, name) => (edits(word, name) < edits(word, best) ? name : best));
}

/** @type {(from: string, to: string) => number} */
function edits(from, to) {
  let row = [...to, ''].map((_, i) => i);
  for (const [i, char] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      next.push(Math.min(row[j] + (char === other ? 0 : 1), row[j + 1] + 1, next[j] + 1));
    }
    row = next;
  }
  return row[to.length];
}
