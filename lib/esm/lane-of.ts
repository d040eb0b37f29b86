/**
 * Which of a shard's lanes a record goes to: always the same one for the same key, so that its records stay in order.
 * AWS does not say how it spreads keys; this is FNV-1a over UTF-16 units.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html, ParallelizationFactor
 * @see http://www.isthe.com/chongo/tech/comp/fnv/
 * @param lanes how many there are, at least 1
 * @returns from 0 up to, without, `lanes`
 */
export function laneOf(orderKey: string, lanes: number): number {
  if (lanes === 1) return 0;
  let hash = 0x811c9dc5;
  for (let index = 0; index < orderKey.length; index += 1) {
    hash = Math.imul(hash ^ orderKey.charCodeAt(index), 0x01000193);
  }
  // The high bits of FNV are the better mixed.
  return ((hash ^ (hash >>> 16)) >>> 0) % lanes;
}
