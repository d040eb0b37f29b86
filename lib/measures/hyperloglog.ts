/**
 * HyperLogLog: of all hashes whose first p bits are the number of a register, the register keeps the greatest rank, which
 * is the place of the first 1 in the bits that follow.
 *
 * Sources: Philippe Flajolet et al., "HyperLogLog: the analysis of a near-optimal cardinality estimation algorithm", 2007,
 * https://doi.org/10.46298/dmtcs.3545; Otmar Ertl, "New cardinality estimation algorithms for HyperLogLog sketches", 2017,
 * https://arxiv.org/abs/1702.01284 (algorithm 6), whose estimate needs no correction by tables.
 */

const HASH_BITS = 64;
// An entry is the first 25 bits of a hash and the rank in its other 39, which takes 6 bits: a positive int32.
const PLACE_BITS = 25;
const RANK_BITS = 6;
const RANK = (1 << RANK_BITS) - 1;

/** The greatest entry's successor. */
export const ENTRIES = 2 ** (PLACE_BITS + RANK_BITS);

/** What is kept of a hash, from which its register and rank can be told at every precision to 16. */
export function entryOf(high: number, low: number): number {
  const rest = high & 0x7f;
  const rank = rest === 0 ? 8 + Math.clz32(low) : Math.clz32(rest) - 24;
  return ((high >>> 7) << RANK_BITS) | rank;
}

/** Tells whether a number below `ENTRIES` is an entry of some hash. */
export function isEntry(entry: number): boolean {
  const rank = entry & RANK;
  return rank >= 1 && rank <= HASH_BITS - PLACE_BITS + 1;
}

/** Raises the register of an entry to its rank, in place. */
export function raise(registers: Uint8Array, precision: number, entry: number): void {
  const place = entry >>> RANK_BITS;
  const innerBits = PLACE_BITS - precision;
  const inner = place & ((1 << innerBits) - 1);
  const rank = inner === 0 ? innerBits + (entry & RANK) : Math.clz32(inner) - 31 + innerBits;
  const index = place >>> innerBits;
  if (rank > (registers[index] ?? 0)) registers[index] = rank;
}

/** The greatest rank at a precision. */
export function greatestRank(precision: number): number {
  return HASH_BITS - precision + 1;
}

/** How many different hashes the registers have seen, about. */
export function estimate(registers: Uint8Array, precision: number): number {
  const m = registers.length;
  const greatest = greatestRank(precision);
  const counts = new Array<number>(greatest + 1).fill(0);
  for (const rank of registers) counts[rank] = (counts[rank] ?? 0) + 1;
  let z = m * tau(1 - (counts[greatest] ?? 0) / m);
  for (let rank = greatest - 1; rank >= 1; rank--) z = 0.5 * (z + (counts[rank] ?? 0));
  z += m * sigma((counts[0] ?? 0) / m);
  return (m * m) / (2 * Math.LN2 * z);
}

// Corrects for registers that saw nothing: x + x^2 + 2 x^4 + 4 x^8 + ...
function sigma(x: number): number {
  if (x === 1) return Infinity;
  let power = x;
  let factor = 1;
  let sum = x;
  for (let before = NaN; sum !== before;) {
    power *= power;
    before = sum;
    sum += power * factor;
    factor += factor;
  }
  return sum;
}

// Corrects for registers that can rise no further.
function tau(x: number): number {
  if (x === 0 || x === 1) return 0;
  let root = x;
  let factor = 1;
  let sum = 1 - x;
  for (let before = NaN; sum !== before;) {
    root = Math.sqrt(root);
    before = sum;
    factor *= 0.5;
    sum -= (1 - root) ** 2 * factor;
  }
  return sum / 3;
}
