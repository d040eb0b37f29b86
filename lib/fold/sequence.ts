/**
 * Order of two Kinesis sequence numbers. They are decimal numbers of up to 128 digits, beyond what a double holds:
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Record.html
 *
 * @returns below zero if `a` comes first, zero if they are equal, above zero if `b` comes first
 * @example compareSequence('9', '10') // below zero
 */
export function compareSequence(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}
