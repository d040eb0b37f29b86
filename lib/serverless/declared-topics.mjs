import { ownPipeline } from './own-pipeline.mjs';
import { faultsOfTopics } from './topic-rules.mjs';

/**
 * The framework, as far as the plugin looks into it.
 * @typedef {object} Serverless
 * @property {{ Error: new (message: string, code: string) => Error }} classes
 * @property {{ custom?: { alertTopics?: unknown } }} service
 */

/**
 * A plugin for the Serverless Framework: packaging ends with an error if a route of pipeline.ts leads to a topic that the stack
 * does not have. Its messages would go to the default topic, and to nobody who waits for them.
 *
 * @example
 * plugins: [./lib/serverless/declared-topics.mjs] # in serverless.yml
 * @see topic-rules.mjs for what is refused
 */
export default class DeclaredTopics {
  /** @param {Serverless} serverless */
  constructor(serverless) {
    this.serverless = serverless;
    this.hooks = {
      'before:package:cleanup': () => this.check(),
      'before:deploy:function:initialize': () => this.check(),
    };
  }

  async check() {
    const { classes, service } = this.serverless;
    const { routes } = await ownPipeline();
    const faults = faultsOfTopics(routes, service.custom?.alertTopics);
    if (faults.length === 0) return;
    // The framework prints errors of its own class without a stack trace.
    throw new classes.Error(
      ['pipeline.ts and the topics of serverless.yml do not fit:', ...faults].join('\n  - '),
      'WEIR_TOPICS_REFUSED',
    );
  }
}
