import { isPipeline } from '../pipeline/is-pipeline.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { CommandError } from './errors.ts';
import { loadDefault } from './load-module.ts';

/**
 * The pipeline that a file exports by default.
 *
 * @param shown what the file is called in errors, if that is not its path
 * @throws {CommandError} if there is no such file, it cannot be loaded, or it exports something else
 */
export async function loadPipeline(path: string, shown = path): Promise<Pipeline> {
  const pipeline = await loadDefault(path, 'give the path of a pipeline with --pipeline', shown);
  if (isPipeline(pipeline)) return pipeline;
  throw new CommandError(
    `${shown}: exports no pipeline; write 'export default definePipeline(schema, { … })'`,
  );
}
