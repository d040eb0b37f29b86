import { nearest } from './nearest.mjs';

/**
 * What a parameter may be.
 * @typedef {object} Rule
 * @property {(text: string) => boolean} holds
 * @property {string} take what to write instead, as the end of a sentence
 * @property {boolean} [hides] whether a wrong value may be a secret, which is not to be shown
 */

/** @type {Readonly<Record<string, Rule>>} */
const RULES = {
  streamMode: choice('provisioned', 'on-demand'),
  shards: wholeNumber(1),
  streamRetentionHours: wholeNumber(24, 8760),
  batchSize: wholeNumber(1, 10_000),
  batchWindowSeconds: wholeNumber(0, 300),
  apiAuth: choice('aws_iam', 'none'),
  alertEmail: addressOrNone(),
  operationsEmail: addressOrNone(),
  slackWebhook: secretOrNone(),
  teamsWebhook: secretOrNone(),
  pagerDutyKey: secretOrNone(),
  pagerDutyRegion: choice('us', 'eu'),
  alertmanagerUrl: secretOrNone(),
  alertWebhook: secretOrNone(),
  tick: choice('every-minute', 'never'),
  redrive: choice('automatic', 'by-hand'),
  tracing: choice('Active', 'PassThrough'),
  // As the framework's schema has it: CloudWatch takes 1096, too.
  logRetentionDays: choice(
    ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 2192, 2557, 2922, 3288, 3653],
  ),
  // https://docs.aws.amazon.com/powertools/typescript/latest/features/logger/#log-levels
  logLevel: choice('TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'CRITICAL', 'SILENT'),
  onRemove: choice('keep', 'delete'),
};

export const RULED = Object.keys(RULES);

/**
 * Why a service cannot be deployed with its parameters: one sentence for each that is not declared, and for each value that
 * AWS or a function would refuse, or take for something else. A declared parameter without a rule may be anything.
 *
 * @param {import('./parameter-rules.mjs').Parameters} given
 * @param {readonly string[]} declared
 * @returns {string[]} in the order given; nothing, if all is well
 * @example
 * faultsOfParameters({ shards: 'zero' }, ['shards']); // ["shards is 'zero'; take a whole number from 1"]
 */
export function faultsOfParameters(given, declared) {
  return Object.entries(given).flatMap(([name, value]) => {
    if (!declared.includes(name)) return [`there is no '${name}'; the nearest is ${nearest(name, declared)}`];
    const rule = Object.hasOwn(RULES, name) ? RULES[name] : undefined;
    const text = String(value);
    // A variable that the framework resolves later.
    if (rule === undefined || text.includes('${') || rule.holds(text)) return [];
    return [`${name} is ${rule.hides ? 'something else' : `'${text}'`}; take ${rule.take}`];
  });
}

/** @type {(from: number, to?: number) => Rule} */
function wholeNumber(from, to = Infinity) {
  return {
    holds: (text) => /^(0|[1-9]\d*)$/.test(text) && Number(text) >= from && Number(text) <= to,
    take: `a whole number from ${from}${to === Infinity ? '' : ` to ${to}`}`,
  };
}

/** @type {(...values: readonly (string | number)[]) => Rule} */
function choice(...values) {
  const texts = values.map(String);
  return {
    holds: (text) => texts.includes(text),
    take: `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`,
  };
}

/** @type {() => Rule} */
function addressOrNone() {
  return { holds: (text) => /^([^\s@]+@[^\s@]+)?$/.test(text), take: "an email address, or '' for none" };
}

/**
 * What a secret of Secrets Manager may be called: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html.
 * A key of PagerDuty could be a name, too.
 * @type {() => Rule}
 */
function secretOrNone() {
  return {
    holds: (text) =>
      text === '' ||
      (/^(arn:aws[\w-]*:secretsmanager:[\w-]+:\d{12}:secret:)?[\w/+=.@-]{1,512}$/.test(text) &&
        !/^[A-Za-z0-9]{32}$/.test(text)),
    take: "the name or the ARN of a secret in Secrets Manager that holds it, or '' for none",
    hides: true,
  };
}
