import type { Reader } from './encoding.ts';

/**
 * An exact sum of doubles: float64s whose bits do not overlap, least magnitude first, that add up to the sum
 * without any rounding. Whole numbers and most decimals of one scale need one or two parts; 40 hold any sum there is.
 *
 * Source: Jonathan Shewchuk, "Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric Predicates",
 * 1997, https://doi.org/10.1007/PL00009321 (grow-expansion).
 *
 * A sum that leaves the range of a double (1.8e308) becomes one part, an infinity, and stays so; infinities of
 * both signs make NaN. That is the only case in which the order of the values matters.
 */
export type Expansion = number[];

/** The sum of nothing. */
export function emptyExpansion(): Expansion {
  return [0];
}

/** Adds `value` to `parts`, in place and without loss. */
export function grow(parts: Expansion, value: number): void {
  let high = value;
  let used = 0;
  for (const part of parts) {
    const sum = high + part;
    // What the addition rounded away, exactly (Dekker's fast two-sum: the larger addend goes first).
    const error = Math.abs(high) >= Math.abs(part) ? part - (sum - high) : high - (sum - part);
    if (error !== 0) parts[used++] = error;
    high = sum;
  }
  if (!Number.isFinite(high)) used = 0;
  parts[used++] = high;
  // Assigning a length is a slow call, and it rarely changes.
  if (parts.length !== used) parts.length = used;
}

/** Adds the sum `from` to `into`, in place; `from` stays as it is. */
export function growBy(into: Expansion, from: Expansion): void {
  for (const part of from) grow(into, part);
}

/** The double nearest to the exact sum; halfway cases go to the even neighbour. Never -0. */
export function rounded(parts: Expansion): number {
  let at = parts.length - 1;
  let high = parts[at] ?? 0;
  if (!Number.isFinite(high)) return high;
  let low = 0;
  while (at > 0 && low === 0) {
    const part = parts[--at] ?? 0;
    const sum = high + part;
    low = part - (sum - high);
    high = sum;
  }
  // The parts below cannot tip the rounding, unless `low` is exactly half a unit: then their sign decides.
  const below = parts[at - 1] ?? 0;
  if ((low < 0 && below < 0) || (low > 0 && below > 0)) {
    const twice = low * 2;
    const neighbour = high + twice;
    if (neighbour - high === twice) high = neighbour;
  }
  return high + 0;
}

/** Bytes that `writeExpansion` takes. */
export function expansionLength(parts: Expansion): number {
  return parts.length * 8;
}

/** Writes the parts at `at`, to the end of `bytes`. */
export function writeExpansion(bytes: Buffer, at: number, parts: Expansion): void {
  let end = at;
  for (const part of parts) end = bytes.writeDoubleLE(part, end);
}

/** Reads parts to the end of the bytes. @throws {EncodingError} if they break off */
export function readExpansion(reader: Reader): Expansion {
  const parts = [reader.float64()];
  while (reader.left > 0) parts.push(reader.float64());
  return parts;
}
