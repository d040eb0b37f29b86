// A sub-sequence number always has six digits, so that its dot is found without a search and digits compare as text.
const SUB_DIGITS = 6;
const DOT = 46;

/** How many user records of one Kinesis record can be told apart. What Lambda hands over (6 MB) holds fewer. */
export const MOST_SUB_SEQUENCES = 10 ** SUB_DIGITS;

/**
 * Order of two records of a shard. Sequence numbers are decimal numbers of up to 128 digits, beyond what a double holds:
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Record.html
 * The user records of one Kinesis record follow it in the order of their sub-sequence numbers.
 *
 * @returns below zero if `a` comes first, zero if they are equal, above zero if `b` comes first
 * @example compareSequence('9', '10') // below zero
 * @example compareSequence('9.000002', '9.000010') // below zero
 */
export function compareSequence(a: string, b: string): number {
  const digitsA = recordDigits(a);
  const digitsB = recordDigits(b);
  if (digitsA !== digitsB) return digitsA - digitsB;
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Sequence of a user record within a Kinesis record.
 *
 * @param subSequence its place from 0, below `MOST_SUB_SEQUENCES`
 * @example userSequence('4959', 2) // '4959.000002'
 */
export function userSequence(sequence: string, subSequence: number): string {
  return `${sequence}.${String(subSequence).padStart(SUB_DIGITS, '0')}`;
}

/**
 * Sequence number of the Kinesis record that a record is, or is part of: the only one that Lambda knows.
 *
 * @example recordSequence('4959.000002') // '4959'
 */
export function recordSequence(sequence: string): string {
  return sequence.slice(0, recordDigits(sequence));
}

/**
 * Place of a user record within its Kinesis record, from 0.
 *
 * @returns `undefined` if the record is a Kinesis record as a whole
 * @example subSequence('4959.000002') // 2
 */
export function subSequence(sequence: string): number | undefined {
  const digits = recordDigits(sequence);
  return digits === sequence.length ? undefined : Number(sequence.slice(digits + 1));
}

/** The one of two records that comes first; `undefined` stands for none. */
export function least(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compareSequence(a, b) <= 0 ? a : b;
}

function recordDigits(sequence: string): number {
  const dot = sequence.length - SUB_DIGITS - 1;
  return sequence.charCodeAt(dot) === DOT ? dot : sequence.length;
}
