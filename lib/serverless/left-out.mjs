/**
 * The framework, as far as the plugin looks into it.
 * @typedef {object} Serverless
 * @property {{ resources?: { [section: string]: unknown } }} service
 */

/**
 * A plugin for the Serverless Framework: resources and outputs that turn out to be null are left out, as the framework leaves out
 * functions. It would die of them.
 *
 * @example
 * plugins: [./lib/serverless/left-out.mjs] # in serverless.yml
 */
export default class LeftOut {
  /** @param {Serverless} serverless */
  constructor(serverless) {
    this.serverless = serverless;
    this.hooks = { initialize: () => this.leaveOut() };
  }

  leaveOut() {
    const { resources = {} } = this.serverless.service;
    for (const section of [resources.Resources, resources.Outputs]) {
      for (const [name, value] of Object.entries(section ?? {})) if (value === null) delete section[name];
    }
  }
}
