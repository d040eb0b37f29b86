/**
 * Compares sequence numbers, which are decimal numbers of any length. Negative if the first comes first.
 * @see https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html, "Sequence Number"
 * @example compareSequence('9', '10') // less than 0
 */
export function compareSequence(a: string, b: string): number {
  const [left, right] = [withoutZeros(a), withoutZeros(b)];
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : Number(left > right);
}

function withoutZeros(digits: string): string {
  return digits.replace(/^0+/, '');
}
