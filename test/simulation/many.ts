import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** What one seed gave. */
export interface SeedResult {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly faults: number;
  readonly givenUp: number;
}

/**
 * Runs seeds on all cores.
 *
 * @param onResult told of each seed as it is done; says whether to go on
 */
export async function runMany(
  seeds: { readonly first: number; readonly count: number },
  onResult: (result: SeedResult) => boolean,
): Promise<void> {
  const threads = Math.min(availableParallelism(), seeds.count);
  const end = seeds.first + seeds.count;
  let next = seeds.first;
  let goesOn = true;
  const one = async (): Promise<void> => {
    const worker = new Worker(new URL('./worker.mjs', import.meta.url));
    try {
      await new Promise<void>((resolve, reject) => {
        worker.on('error', reject);
        worker.on('message', (message: SeedResult | 'ready') => {
          if (message !== 'ready' && !onResult(message)) goesOn = false;
          if (!goesOn || next >= end) resolve();
          else worker.postMessage(next++);
        });
      });
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: threads }, one));
}
