import { MappingSettingsError } from '../errors.ts';
import type { JsonNode, JsonScalar } from './json.ts';
import { compileNumeric } from './numeric.ts';

/** Whether a value of the field is the one that is asked for. */
export type Rule = (value: JsonScalar) => boolean;

/**
 * The comparison operators that Lambda documents for event filters, by name.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax
 */
const OPERATORS: Readonly<Record<string, (operand: JsonNode, where: string) => Rule | 'absent'>> = {
  'anything-but': compileAnythingBut,
  'equals-ignore-case': (operand, where) => {
    const wanted = text(operand, where).toLowerCase();
    return onString((value) => value.toLowerCase() === wanted);
  },
  exists: (operand, where) => {
    if (operand.kind === 'literal' && operand.text === 'true') return () => true;
    if (operand.kind === 'literal' && operand.text === 'false') return 'absent';
    throw new MappingSettingsError(`${where} is ${show(operand)}: it must be true or false`);
  },
  numeric: compileNumeric,
  prefix: compilePrefix,
  suffix: compileSuffix,
};

/** Operators of EventBridge that Lambda does not list for event filters. */
const OF_EVENTBRIDGE_ONLY: readonly string[] = ['cidr', 'wildcard'];

/** Whether a field of this name is taken for an operator. */
export function isOperator(name: string): boolean {
  return Object.hasOwn(OPERATORS, name) || OF_EVENTBRIDGE_ONLY.includes(name);
}

/**
 * Reads one value of a leaf: something to be equal to, or an operator with its operand.
 * @returns 'absent' for the one rule that asks for no value
 * @throws {MappingSettingsError} for an operator that there is not, or an operand that it does not take
 */
export function compileRule(node: JsonNode, where: string): Rule | 'absent' {
  if (node.kind === 'list') {
    throw new MappingSettingsError(
      `${where} is a list in a list: give values, or operators such as {"prefix":"a"}`,
    );
  }
  if (node.kind !== 'object') return equalTo(node);
  const [member, another] = node.members;
  if (member === undefined || another !== undefined) {
    throw new MappingSettingsError(`${where} has ${node.members.length} operators: give one, {"prefix":"a"}`);
  }
  const [name, operand] = member;
  const compile = Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined;
  if (compile) return compile(operand, `${where}.${name}`);
  const problem = OF_EVENTBRIDGE_ONLY.includes(name)
    ? 'is an operator of EventBridge that Lambda does not document for event filters'
    : 'is no operator';
  throw new MappingSettingsError(
    `${where} has ${JSON.stringify(name)}, which ${problem}: use one of ${Object.keys(OPERATORS).join(', ')}`,
  );
}

function equalTo(wanted: JsonScalar): Rule {
  return ({ kind, text }) => kind === wanted.kind && text === wanted.text;
}

/** Any value but those: also one of another type, as long as the field has one. */
function compileAnythingBut(operand: JsonNode, where: string): Rule {
  if (operand.kind === 'object') {
    const [[name, value] = ['', operand], another] = operand.members;
    const compile = another === undefined ? NEGATED.get(name) : undefined;
    if (compile) return not(compile(value, `${where}.${name}`));
  }
  const values = operand.kind === 'list' ? operand.items : [operand];
  const texts = values.filter((value) => value.kind === 'string');
  const numbers = values.filter((value) => value.kind === 'number');
  const wanted = texts.length > 0 ? texts : numbers;
  if (wanted.length === 0 || wanted.length < values.length) {
    throw new MappingSettingsError(
      `${where} is ${show(operand)}: it must be a text or a number, a list of texts or one of numbers, or ` +
        '{"prefix":"a"} or {"suffix":"a"}',
    );
  }
  const rules = wanted.map((value) => equalTo(value));
  return (value) => !rules.some((rule) => rule(value));
}

const NEGATED: ReadonlyMap<string, (operand: JsonNode, where: string) => Rule> = new Map([
  ['prefix', compilePrefix],
  ['suffix', compileSuffix],
]);

function compilePrefix(operand: JsonNode, where: string): Rule {
  const wanted = text(operand, where);
  return onString((value) => value.startsWith(wanted));
}

function compileSuffix(operand: JsonNode, where: string): Rule {
  const wanted = text(operand, where);
  return onString((value) => value.endsWith(wanted));
}

function text(operand: JsonNode, where: string): string {
  if (operand.kind === 'string') return operand.text;
  throw new MappingSettingsError(`${where} is ${show(operand)}: it must be a text`);
}

function onString(holds: (text: string) => boolean): Rule {
  return ({ kind, text }) => kind === 'string' && holds(text);
}

function not(rule: Rule): Rule {
  return (value) => !rule(value);
}

function show(node: JsonNode): string {
  switch (node.kind) {
    case 'object':
      return 'an object';
    case 'list':
      return 'a list';
    case 'string':
      return JSON.stringify(node.text);
    default:
      return node.text;
  }
}
