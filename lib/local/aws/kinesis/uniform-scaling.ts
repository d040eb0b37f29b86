/** What is left of a shard for scaling: its hash keys, ends included. */
export interface HashRange {
  readonly first: bigint;
  readonly last: bigint;
}

/** One step from the shards that there are to those that are wanted. */
export type ScalingStep =
  /** Splits the shard that holds the key, which becomes the first of the upper half. */
  | { readonly type: 'split'; readonly at: bigint }
  /** Merges the shard that ends just below the key with the one that begins with it. */
  | { readonly type: 'merge'; readonly at: bigint };

const HASH_KEYS = 2n ** 128n;

/**
 * The splits and merges that make shards of equal size: all splits first, so that no shard is ever larger than the
 * larger of before and after.
 * @param open the ranges of the open shards, which together are all hash keys
 * @param count how many shards are wanted, at least 1
 * @example scalingSteps([{ first: 0n, last: 2n ** 128n - 1n }], 2) // [{ type: 'split', at: 2n ** 127n }]
 */
export function scalingSteps(open: readonly HashRange[], count: number): readonly ScalingStep[] {
  const present = new Set(open.map(({ first }) => first));
  const wanted = new Set(
    Array.from({ length: count }, (_, index) => (HASH_KEYS / BigInt(count)) * BigInt(index)),
  );
  const splits = [...wanted].filter((at) => !present.has(at)).map((at) => ({ type: 'split' as const, at }));
  const merges = [...present].filter((at) => !wanted.has(at)).map((at) => ({ type: 'merge' as const, at }));
  return [...splits, ...merges];
}
