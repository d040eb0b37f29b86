import { tsImport } from 'tsx/esm/api';
import { ownPipeline } from './own-pipeline.mjs';

/**
 * The framework, as far as the plugin looks into it.
 * @typedef {object} Serverless
 * @property {{ Error: new (message: string, code: string) => Error }} classes
 * @property {{ provider: { compiledCloudFormationTemplate: import('./mapping-rules.mjs').MappingTemplate } }} service
 */

/**
 * A plugin for the Serverless Framework: packaging ends with an error if pipeline.ts has sources of a stream that nothing
 * reads, or none of one that is read.
 *
 * @example
 * plugins: [./lib/serverless/mapped-streams.mjs] # in serverless.yml, after plugins that change the template
 * @see stream-rules.ts for what is refused
 */
export default class MappedStreams {
  /** @param {Serverless} serverless */
  constructor(serverless) {
    this.serverless = serverless;
    // The template as it will be written: `resources.extensions` are in, and nulls are out.
    this.hooks = { 'before:aws:package:finalize:saveServiceState': () => this.check() };
  }

  async check() {
    const { classes, service } = this.serverless;
    /** @type {typeof import('./stream-rules.ts')} */
    const { faultsOfStreams } = await tsImport('./stream-rules.ts', import.meta.url);
    const { sources } = await ownPipeline();
    const faults = faultsOfStreams(sources, service.provider.compiledCloudFormationTemplate);
    if (faults.length === 0) return;
    // The framework prints errors of its own class without a stack trace.
    throw new classes.Error(
      ['pipeline.ts and the streams of serverless.yml do not fit:', ...faults].join('\n  - '),
      'WEIR_STREAMS_REFUSED',
    );
  }
}
