import { join, relative } from 'node:path';
import { CommandError } from '../cli/errors.ts';
import { loadPipeline } from '../cli/load-pipeline.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';

/**
 * The pipeline of the project in `root`; if it cannot be loaded, says why and sets the exit status.
 *
 * It is loaded when it is needed: a program that imports it can show neither its help nor a message without a stack.
 */
export async function loadOwnPipeline(root: string): Promise<Pipeline | undefined> {
  try {
    return await loadPipeline(relative(process.cwd(), join(root, 'pipeline.ts')));
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
    return undefined;
  }
}
