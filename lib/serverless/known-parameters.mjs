import { faultsOfParameters } from './parameter-rules.mjs';

/** @typedef {Readonly<Record<string, unknown>>} Parameters */

/**
 * The framework, as far as the plugin looks into it.
 * @typedef {object} Serverless
 * @property {{ Error: new (message: string, code: string) => Error }} classes
 * @property {{ params: Readonly<Record<string, Parameters>>, provider: { stage?: string } }} configurationInput
 * @property {{ isHelpRequest: boolean, options: { stage?: string, param?: readonly string[] } }} processedInput
 */

/**
 * A plugin for the Serverless Framework: every command ends with an error if a parameter is not declared in serverless.yml
 * under `params.default`, or if its value cannot be.
 *
 * @example
 * plugins: [./lib/serverless/known-parameters.mjs] # in serverless.yml
 * @see parameter-rules.mjs for what is refused
 */
export default class KnownParameters {
  /** @param {Serverless} serverless */
  constructor(serverless) {
    this.serverless = serverless;
    // Again when all variables are resolved: a parameter may be one.
    this.hooks = { initialize: () => this.check() };
  }

  /** Comes before the framework puts parameters in their places, and says in its own words what does not fit there. */
  asyncInit() {
    if (!this.serverless.processedInput.isHelpRequest) this.check();
  }

  check() {
    const { classes, configurationInput } = this.serverless;
    const faults = faultsOfParameters(this.given(), Object.keys(configurationInput.params.default));
    if (faults.length === 0) return;
    // The framework prints errors of its own class without a stack trace.
    throw new classes.Error(
      ['the parameters cannot be deployed:', ...faults].join('\n  - '),
      'WEIR_PARAMETERS_REFUSED',
    );
  }

  /**
   * As the framework has it: the command line before the stage's own before the default, and null is as good as absent.
   * @returns {Parameters}
   */
  given() {
    const { configurationInput, processedInput } = this.serverless;
    const { params, provider } = configurationInput;
    const stage = processedInput.options.stage ?? provider.stage ?? 'dev';
    const typed = (processedInput.options.param ?? []).map((text) => {
      const [name, ...value] = text.split('=');
      return [name, value.join('=').trimEnd()];
    });
    const written = [params.default, params[stage] ?? {}].flatMap((section) => Object.entries(section));
    return Object.fromEntries([...written.filter(([, value]) => value !== null), ...typed]);
  }
}
