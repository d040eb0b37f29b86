/** 2^1074: every finite double is a whole number of units of 2^-1074, the least subnormal. */
const UNITS = 1n << 1074n;

/** The exact value of a finite double in units of 2^-1074. */
export function exact(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xfffffffffffffn;
  const magnitude = exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n);
  return bits >> 63n === 1n ? -magnitude : magnitude;
}

/** The double nearest to a number of units of 2^-1074, ties to even. */
export function nearest(units: bigint): number {
  const magnitude = units < 0n ? -units : units;
  const excess = magnitude.toString(2).length - 53;
  if (excess <= 0) return scaled(units, 0);
  const shift = BigInt(excess);
  const low = magnitude & ((1n << shift) - 1n);
  const half = 1n << (shift - 1n);
  let kept = magnitude >> shift;
  if (low > half || (low === half && (kept & 1n) === 1n)) kept++;
  return scaled(units < 0n ? -kept : kept, excess);
}

// In two steps, because 2^-1074 * 2^1024 and more is out of range as one factor.
function scaled(significand: bigint, shift: number): number {
  const exponent = shift - 1074;
  const half = Math.trunc(exponent / 2);
  return Number(significand) * 2 ** half * 2 ** (exponent - half);
}

/** The correctly rounded sum. */
export function exactSum(values: readonly number[]): number {
  return nearest(values.reduce((sum, value) => sum + exact(value), 0n));
}

/** The sample variance, rounded twice only: once from the exact fraction's numerator and once by the division. */
export function exactVariance(values: readonly number[]): number {
  const n = BigInt(values.length);
  const sum = values.reduce((total, value) => total + exact(value), 0n);
  const squares = values.reduce((total, value) => total + exact(value) ** 2n, 0n);
  // n * sum(x^2) - sum(x)^2 is n * (n - 1) times the variance, in units of 2^-2148.
  return nearest((n * squares - sum * sum) / (n * (n - 1n)) / UNITS);
}
