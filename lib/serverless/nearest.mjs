import { editDistance } from '../text/edit-distance.mjs';

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
  return names.reduce((best, name) => (editDistance(word, name) < editDistance(word, best) ? name : best));
}
