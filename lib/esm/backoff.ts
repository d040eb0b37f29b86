/** How the pauses between attempts grow. */
export interface Backoff {
  /** The first pause, ms. */
  readonly initialMs: number;
  /** No pause is longer, ms (but for a tenth of chance). */
  readonly maximumMs: number;
}

/**
 * AWS documents that Lambda retries with exponential back-off and not with which pauses. Half a second, doubled, is
 * what eight attempts within a minute amount to, as seen on AWS for a batch that failed until it was too old.
 */
export const LAMBDA_BACKOFF: Backoff = { initialMs: 500, maximumMs: 60_000 };

/**
 * The pause before an attempt, ms: doubled with each failure, and up to a tenth longer by chance, so that shards that
 * failed together do not come back together.
 * @param failures how many attempts have failed, at least 1
 * @param random a number from 0 up to 1
 * @example backoffMs(LAMBDA_BACKOFF, 3, () => 0) // 2000
 */
export function backoffMs({ initialMs, maximumMs }: Backoff, failures: number, random: () => number): number {
  const doubled = initialMs * 2 ** Math.min(failures - 1, 30);
  return Math.min(maximumMs, doubled) * (1 + random() / 10);
}
