import type { Pipeline } from './pipeline.ts';

/** Tells what `definePipeline` gave from whatever else a file may export. */
export function isPipeline(value: unknown): value is Pipeline {
  return (
    typeof value === 'object' && value !== null && 'aggregates' in value && Array.isArray(value.aggregates)
  );
}
