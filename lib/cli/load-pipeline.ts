import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { CommandError } from './errors.ts';

/**
 * The pipeline that a file exports by default.
 *
 * @throws {CommandError} if there is no such file, it cannot be loaded, or it exports something else
 */
export async function loadPipeline(path: string): Promise<Pipeline> {
  const file = resolve(path);
  if (!existsSync(file))
    throw new CommandError(`${path}: there is no such file; give the path of a pipeline with --pipeline`);
  let module: { readonly default?: unknown };
  try {
    module = (await import(pathToFileURL(file).href)) as { readonly default?: unknown };
  } catch (error) {
    if (isDefinitionError(error)) throw new CommandError(`${path}: ${error.message}`, { cause: error });
    const message = error instanceof Error ? error.message : String(error);
    throw new CommandError(`${path}: cannot be loaded: ${message}`, { cause: error });
  }
  if (!isPipeline(module.default)) {
    throw new CommandError(
      `${path}: exports no pipeline; write 'export default definePipeline(schema, { … })'`,
    );
  }
  return module.default;
}

// By name: a pipeline outside of any package of type "module" loads weir's modules a second time.
function isDefinitionError(error: unknown): error is Error {
  return error instanceof Error && (error.name === 'PipelineError' || error.name === 'DurationError');
}

function isPipeline(value: unknown): value is Pipeline {
  return (
    typeof value === 'object' && value !== null && 'aggregates' in value && Array.isArray(value.aggregates)
  );
}
