// CommonJS: of modules, the framework's variables read nothing else.

/** @typedef {(address: string) => Promise<unknown>} ResolveVariable */
/** @typedef {(framework: { resolveVariable: ResolveVariable }) => Promise<unknown>} Resolve */

const PARAMETERS = {
  slack: 'slackWebhook',
  teams: 'teamsWebhook',
  pagerduty: 'pagerDutyKey',
  alertmanager: 'alertmanagerUrl',
  webhook: 'alertWebhook',
};

/**
 * What stands in serverless.yml somewhere else, if one of some parameters is set; else null, which the framework leaves out.
 *
 * @type {(address: string, parameters: readonly string[]) => Resolve}
 */
function ifSet(address, parameters) {
  return async ({ resolveVariable }) => {
    const values = await Promise.all(parameters.map((name) => resolveVariable(`param:${name}`)));
    return values.some((value) => value !== '') ? resolveVariable(`self:custom.${address}`) : null;
  };
}

/**
 * The functions of `custom.adapters`, each if its parameter is set.
 *
 * @example slack: ${file(lib/serverless/adapters.cjs):slack, null} # in serverless.yml, under functions
 */
for (const [name, parameter] of Object.entries(PARAMETERS)) {
  exports[name] = ifSet(`adapters.${name}`, [parameter]);
}

/**
 * What they need, if there is any of them.
 *
 * @example AdapterRole: ${file(lib/serverless/adapters.cjs):role, null} # in serverless.yml, under resources
 */
for (const name of ['role', 'queue', 'alarm', 'output']) {
  exports[name] = ifSet(`adapterResources.${name}`, Object.values(PARAMETERS));
}
