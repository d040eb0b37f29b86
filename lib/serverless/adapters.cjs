// CommonJS: of modules, the framework's variables read nothing else.

/** @typedef {(address: string) => Promise<unknown>} ResolveVariable */
/** @typedef {(framework: { resolveVariable: ResolveVariable }) => Promise<unknown>} Resolve */

/**
 * A function of `custom.adapters` if its parameter is set; else null, which the framework leaves out.
 *
 * @type {(name: string, parameter: string) => Resolve}
 */
function ifSet(name, parameter) {
  return async ({ resolveVariable }) => {
    const isSet = (await resolveVariable(`param:${parameter}`)) !== '';
    return isSet ? resolveVariable(`self:custom.adapters.${name}`) : null;
  };
}

/** @example slack: ${file(lib/serverless/adapters.cjs):slack, null} # in serverless.yml, under functions */
exports.slack = ifSet('slack', 'slackWebhook');
exports.teams = ifSet('teams', 'teamsWebhook');
exports.pagerduty = ifSet('pagerduty', 'pagerDutyKey');
exports.alertmanager = ifSet('alertmanager', 'alertmanagerUrl');
exports.webhook = ifSet('webhook', 'alertWebhook');
