import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tsImport } from 'tsx/esm/api';

const PIPELINE = fileURLToPath(new URL('../../pipeline.ts', import.meta.url));

/**
 * What pipeline.ts exports.
 *
 * @returns {Promise<import('../pipeline/pipeline.ts').Pipeline>}
 * @throws {Error} with what is wrong, if it is refused when it is loaded
 */
export async function ownPipeline() {
  /** @type {typeof import('../cli/load-pipeline.ts')} */
  const { loadPipeline } = await tsImport('../cli/load-pipeline.ts', import.meta.url);
  return loadPipeline(relative(process.cwd(), PIPELINE));
}
