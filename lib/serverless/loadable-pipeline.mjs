import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tsImport } from 'tsx/esm/api';

const PIPELINE = fileURLToPath(new URL('../../pipeline.ts', import.meta.url));

/**
 * The framework, as far as the plugin looks into it.
 * @typedef {object} Serverless
 * @property {{ Error: new (message: string, code: string) => Error }} classes
 */

/**
 * A plugin for the Serverless Framework: packaging ends with an error if pipeline.ts is refused when it is loaded. A bundle
 * is made without being run, so that the functions would be the first to find out, at every start.
 *
 * @example
 * plugins: [./lib/serverless/loadable-pipeline.mjs] # in serverless.yml
 */
export default class LoadablePipeline {
  /** @param {Serverless} serverless */
  constructor(serverless) {
    this.serverless = serverless;
    this.hooks = {
      'before:package:cleanup': () => this.check(),
      'before:deploy:function:initialize': () => this.check(),
    };
  }

  async check() {
    /** @type {typeof import('../cli/load-pipeline.ts')} */
    const { loadPipeline } = await tsImport('../cli/load-pipeline.ts', import.meta.url);
    try {
      await loadPipeline(relative(process.cwd(), PIPELINE));
    } catch (error) {
      // The framework prints errors of its own class without a stack trace.
      throw new this.serverless.classes.Error(error.message, 'WEIR_PIPELINE_REFUSED');
    }
  }
}
