// JavaScript: the framework loads it as it stands, and Node 20 does not strip types.

/** @typedef {Readonly<Record<string, unknown>>} Settings */
/** @typedef {import('./mapping-rules.mjs').MappingTemplate} MappingTemplate */

/**
 * What a setting of a stream's mapping has to be for weir to count exactly.
 * @typedef {object} Rule
 * @property {string} field path of the setting in the mapping's properties
 * @property {(value: unknown, settings: Settings) => boolean} holds
 * @property {string} why
 * @property {string} remedy
 */

/** @type {Pick<Rule, 'holds' | 'why' | 'remedy'>} */
const givesUp = {
  holds: (value, settings) => isAbsentOr(-1, value) || hasDestination(settings),
  why: 'with no certain DestinationConfig.OnFailure.Destination, what Lambda gives up on is lost without a trace',
  remedy: 'Set an on-failure destination, or leave it at -1.',
};

/** @type {readonly Rule[]} */
const STREAM_RULES = [
  {
    field: 'ParallelizationFactor',
    holds: (value) => isAbsentOr(1, value),
    why:
      'Lambda would run several batches of one shard at once, ordered by partition key only, and a mark per shard ' +
      'would be unsound',
    remedy: 'Leave it at 1: more throughput is more shards.',
  },
  {
    field: 'FunctionResponseTypes',
    holds: (value) => [value].flat().includes('ReportBatchItemFailures'),
    why: 'a failure that the function reports would be taken for success, and its records lost',
    remedy: 'Set it to ReportBatchItemFailures.',
  },
  {
    field: 'TumblingWindowInSeconds',
    holds: (value) => isAbsentOr(0, value),
    why: "the function would be given Lambda's window state, which it does not answer with",
    remedy: 'Remove it: windows are declared in pipeline.ts.',
  },
  { field: 'MaximumRetryAttempts', ...givesUp },
  { field: 'MaximumRecordAgeInSeconds', ...givesUp },
];

/**
 * What evaluate and notify are not shown is still in the tables; what aggregate is not shown is nowhere.
 * @type {readonly Rule[]}
 */
const KINESIS_RULES = [
  ...STREAM_RULES,
  {
    field: 'FilterCriteria.Filters',
    holds: (value) => value === undefined || (Array.isArray(value) && value.length === 0),
    why: 'records that it leaves out would vanish, neither counted nor quarantined',
    remedy: 'Remove it: leave records out where they are put to the stream.',
  },
];

/**
 * Why weir would not count exactly if a template were deployed: one sentence for each setting of a stream's event source
 * mapping that its protocol cannot do with. A mark per item needs one invocation at a time for each shard, and the partial
 * batch response.
 *
 * @param {MappingTemplate} template compiled, with everything merged into it; numbers may be text, as for CloudFormation
 * @returns {string[]} in the template's order; nothing, if all is well
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html
 * @example
 * faultsOfMappings(template)[0]; // 'AggregateMapping: ParallelizationFactor is 2: Lambda would run several …'
 */
export function faultsOfMappings(template) {
  return Object.entries(template.Resources).flatMap(([id, { Type, Properties = {} }]) => {
    if (Type !== 'AWS::Lambda::EventSourceMapping') return [];
    return rulesFor(Properties, template).flatMap((rule) => {
      const value = settingAt(Properties, rule.field);
      return rule.holds(value, Properties) ? [] : [`${id}: ${fault(rule, value)}`];
    });
  });
}

/** @type {(rule: Rule, value: unknown) => string} */
function fault({ field, why, remedy }, value) {
  if (value === undefined) return `${field} is not set: ${why}. ${remedy}`;
  const given = `${field} is ${JSON.stringify(value)}`;
  if ([value].flat().some(isIntrinsic)) {
    return `${given}: it cannot be judged before the deployment. Write a literal.`;
  }
  return `${given}: ${why}. ${remedy}`;
}

/**
 * The source may be an ARN, a reference to a resource of the template, or come from elsewhere (Fn::ImportValue).
 * @type {(settings: Settings, template: MappingTemplate) => readonly Rule[]}
 */
function rulesFor(settings, { Resources }) {
  const source = settings.EventSourceArn ?? '';
  const text = JSON.stringify(source);
  const types = (text.match(/\w+/g) ?? []).flatMap((word) => {
    return Object.hasOwn(Resources, word) ? [Resources[word]?.Type] : [];
  });
  const described = [text, ...types].join(' ');
  if (/:kinesis:/i.test(described)) return KINESIS_RULES;
  if (/:dynamodb:/i.test(described)) return STREAM_RULES;
  if (typeof source === 'string' || types.length > 0) return [];
  // Unknown until the deployment. Queues have no starting position; of the streams, Kinesis has the stricter rules.
  return settings.StartingPosition === undefined ? [] : KINESIS_RULES;
}

/**
 * An intrinsic function on the way stands for all that is below it.
 * @type {(settings: Settings, path: string) => unknown}
 */
function settingAt(settings, path) {
  /** @type {unknown} */
  let value = settings;
  for (const name of path.split('.')) {
    if (isIntrinsic(value)) break;
    value = isRecord(value) ? value[name] : undefined;
  }
  return isRecord(value) && value.Ref === 'AWS::NoValue' ? undefined : value;
}

/** @type {(number: number, value: unknown) => boolean} */
function isAbsentOr(number, value) {
  return value === undefined || value === number || (typeof value === 'string' && Number(value) === number);
}

/**
 * A destination is usually a reference; one that a condition decides about may turn out to be none.
 * @type {(settings: Settings) => boolean}
 */
function hasDestination(settings) {
  const destination = settingAt(settings, 'DestinationConfig.OnFailure.Destination');
  return Boolean(destination) && !(isRecord(destination) && 'Fn::If' in destination);
}

/** @type {(value: unknown) => boolean} */
function isIntrinsic(value) {
  return isRecord(value) && Object.keys(value).some((name) => name === 'Ref' || name.startsWith('Fn::'));
}

/** @type {(value: unknown) => value is Record<string, unknown>} */
function isRecord(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
