import type { ResourceLimits } from 'node:worker_threads';

/**
 * The limits of a function's heap. Lambda counts all of a process; a thread's heap can only be bounded in its two parts, of
 * which the old one gets the function's memory. NODE_OPTIONS may make that less, and says how much room there is for
 * young objects: V8 gives them three semi-spaces.
 *
 * @example heapLimits(512, '--max-semi-space-size=64') // { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 192 }
 */
export function heapLimits(memoryMb: number, nodeOptions = ''): ResourceLimits {
  const old = megabytes(nodeOptions, 'old');
  const semi = megabytes(nodeOptions, 'semi');
  return {
    maxOldGenerationSizeMb: Math.min(memoryMb, old ?? memoryMb),
    ...(semi !== undefined && { maxYoungGenerationSizeMb: 3 * semi }),
  };
}

function megabytes(nodeOptions: string, space: 'old' | 'semi'): number | undefined {
  const found = new RegExp(`(?:^|\\s)--max[-_]${space}[-_]space[-_]size[=\\s](\\d+)`).exec(nodeOptions)?.[1];
  return found === undefined ? undefined : Number(found);
}
