// CommonJS: of modules, the framework's variables read nothing else.

/** @typedef {(address: string) => Promise<Readonly<Record<string, unknown>>>} ResolveVariable */

/** @type {(resolveVariable: ResolveVariable) => Promise<[string, unknown][]>} */
async function topics(resolveVariable) {
  return Object.entries((await resolveVariable('self:custom.alertTopics')) ?? {});
}

/**
 * The topics of `custom.alertTopics` for functions: `name=arn` pairs with commas between them.
 *
 * @param {{ resolveVariable: ResolveVariable }} framework
 * @example
 * ALERT_TOPICS: ${file(lib/serverless/alert-topics.cjs):pairs} # in serverless.yml
 */
exports.pairs = async ({ resolveVariable }) => {
  const pairs = (await topics(resolveVariable)).map(([name, arn]) => ({ 'Fn::Join': ['=', [name, arn]] }));
  return { 'Fn::Join': [',', pairs] };
};

/**
 * Their ARNs, for policies.
 *
 * @param {{ resolveVariable: ResolveVariable }} framework
 * @example
 * Resource: ${file(lib/serverless/alert-topics.cjs):arns} # in serverless.yml
 */
exports.arns = async ({ resolveVariable }) => (await topics(resolveVariable)).map(([, arn]) => arn);
