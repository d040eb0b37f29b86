/**
 * Runs `work` on every item, at most `limit` at once, and waits for all. `work` must not reject: an outcome that
 * matters is written down by `work` itself.
 */
export async function concurrently<T>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  async function worker(): Promise<void> {
    while (next < items.length) {
      const index = next++;
      await work(items[index] as T, index);
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}

/**
 * The same for work that may reject: all of it is done, or has failed, before this rejects.
 *
 * @throws the first error that `work` rejected with
 */
export async function concurrentlyOrThrow<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const errors: unknown[] = [];
  await concurrently(items, limit, async (item) => {
    try {
      await work(item);
    } catch (error) {
      errors.push(error);
    }
  });
  if (errors.length > 0) throw errors[0];
}

/** Cuts a list into pieces of at most `size`. @example chunks([1, 2, 3], 2) // [[1, 2], [3]] */
export function chunks<T>(items: readonly T[], size: number): T[][] {
  const pieces: T[][] = [];
  for (let i = 0; i < items.length; i += size) pieces.push(items.slice(i, i + size));
  return pieces;
}
