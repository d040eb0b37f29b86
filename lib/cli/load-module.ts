import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CommandError } from './errors.ts';

/**
 * What a file exports by default.
 *
 * @param remedy what to do if there is no such file
 * @param shown what the file is called in errors, if that is not its path
 * @throws {CommandError} if there is no such file, or it cannot be loaded
 */
export async function loadDefault(path: string, remedy: string, shown = path): Promise<unknown> {
  const file = resolve(path);
  if (!existsSync(file)) throw new CommandError(`${shown}: there is no such file; ${remedy}`);
  try {
    const module = (await import(pathToFileURL(file).href)) as { readonly default?: unknown };
    return module.default;
  } catch (error) {
    if (isDefinitionError(error)) throw new CommandError(`${shown}: ${error.message}`, { cause: error });
    const message = error instanceof Error ? error.message : String(error);
    throw new CommandError(`${shown}: cannot be loaded: ${message}`, { cause: error });
  }
}

// By name: a pipeline outside of any package of type "module" loads weir's modules a second time.
function isDefinitionError(error: unknown): error is Error {
  return error instanceof Error && (error.name === 'PipelineError' || error.name === 'DurationError');
}
