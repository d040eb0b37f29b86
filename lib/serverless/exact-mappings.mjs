import { faultsOfMappings } from './mapping-rules.mjs';

/**
 * The framework, as far as the plugin looks into it.
 * @typedef {object} Serverless
 * @property {{ Error: new (message: string, code: string) => Error }} classes
 * @property {{ provider: { compiledCloudFormationTemplate: import('./mapping-rules.mjs').MappingTemplate } }} service
 */

/**
 * A plugin for the Serverless Framework: packaging ends with an error if the mappings would not let weir count exactly.
 *
 * @example
 * plugins: [./lib/serverless/exact-mappings.mjs] # in serverless.yml, after plugins that change the template
 * @see mapping-rules.mjs for what is refused
 */
export default class ExactMappings {
  /** @param {Serverless} serverless */
  constructor(serverless) {
    this.serverless = serverless;
    // The template as it will be written: `resources.extensions` are in, and nulls are out.
    this.hooks = { 'before:aws:package:finalize:saveServiceState': () => this.check() };
  }

  check() {
    const { classes, service } = this.serverless;
    const faults = faultsOfMappings(service.provider.compiledCloudFormationTemplate);
    if (faults.length === 0) return;
    // The framework prints errors of its own class without a stack trace.
    throw new classes.Error(
      ['weir would not count exactly under this configuration:', ...faults].join('\n  - '),
      'WEIR_NOT_EXACT',
    );
  }
}
