/**
 * The framework, as far as the plugin looks into it.
 * @typedef {import('./framework.ts').Framework & {
 *   classes: { Error: new (message: string, code: string) => Error },
 *   processedInput: { commands: readonly string[], isHelpRequest: boolean },
 * }} Serverless
 */

/** Errors whose message says all: the framework would print a stack trace with them. */
const EXPLAINED = ['OfflineError', 'TemplateError', 'EmbeddedAwsError', 'MappingSettingsError'];

/**
 * A plugin for the Serverless Framework: beside serverless-offline, it runs what else a service has on this machine. An
 * embedded AWS holds its streams, tables, topics and queues, and functions are invoked by streams as Lambda's event source
 * mapping does. Other commands than `offline` pay for nothing of it.
 *
 * @example
 * plugins: [serverless-esbuild, ./lib/offline/plugin.mjs, serverless-offline] # in serverless.yml, in this order
 * @see docs/local.md
 */
export default class Offline {
  /**
   * @param {Serverless} serverless
   * @param {Readonly<Record<string, unknown>>} cliOptions
   * @param {{ log: import('./run.ts').Log }} utils
   */
  constructor(serverless, cliOptions, { log }) {
    this.serverless = serverless;
    this.cliOptions = cliOptions;
    this.log = log;
    /** @type {Promise<import('./run.ts').OfflineRun> | undefined} */
    this.beginning = undefined;
    this.hooks = {
      initialize: () => this.begin(),
      'before:offline:start': () => this.start(),
      'before:offline:start:init': () => this.start(),
      'offline:functionsUpdated:cleanup': async () => (await this.beginning)?.functionsUpdated(),
      error: () => this.stop(),
    };
  }

  /** Does not wait: the servers come up while other plugins bundle. */
  begin() {
    const { commands, isHelpRequest } = this.serverless.processedInput;
    if (commands[0] !== 'offline' || isHelpRequest) return;
    this.beginning = this.make();
    // Thrown by start().
    this.beginning.catch(() => undefined);
  }

  async make() {
    // What runs here is deployed on a newer Node.js, so the SDK's advice to upgrade this one would mislead.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
    const { tsImport } = await import('tsx/esm/api');
    /** @type {typeof import('./run.ts')} */
    const { OfflineRun } = await tsImport('./run.ts', import.meta.url);
    return new OfflineRun(this.serverless, this.cliOptions, (url) => import(url), this.log);
  }

  /** After an error of whatever plugin: the servers would keep the process alive. */
  async stop() {
    const [begun] = await Promise.allSettled([this.beginning]);
    if (begun.status === 'fulfilled') await begun.value?.stop();
  }

  async start() {
    try {
      await (await this.beginning)?.start();
    } catch (error) {
      if (!EXPLAINED.includes(error.name)) throw error;
      throw new this.serverless.classes.Error(error.message, 'WEIR_OFFLINE_REFUSED');
    }
  }
}
