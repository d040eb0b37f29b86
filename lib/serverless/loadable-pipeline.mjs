import { ownPipeline } from './own-pipeline.mjs';

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
    try {
      await ownPipeline();
    } catch (error) {
      // The framework prints errors of its own class without a stack trace.
      throw new this.serverless.classes.Error(error.message, 'WEIR_PIPELINE_REFUSED');
    }
  }
}
