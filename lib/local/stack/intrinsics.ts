import { TemplateError } from './errors.ts';
import type { PhysicalResource } from './physical.ts';
import { isRecord } from './template.ts';

/** What intrinsic functions are evaluated against. */
export interface Scope {
  /** The stack's name, account, region and so on: `AWS::StackName`. */
  readonly pseudo: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly conditions: Readonly<Record<string, unknown>>;
  /** The resources made so far. */
  readonly resources: ReadonlyMap<string, PhysicalResource>;
}

const NO_VALUE = 'AWS::NoValue';

/**
 * Evaluates every intrinsic function in a value: Ref, Fn::GetAtt, Fn::Sub, Fn::Join, Fn::Select, Fn::Split, Fn::If
 * and the pseudo parameters (AWS, CloudFormation User Guide, "Intrinsic function reference").
 * @param place - where the value stands, for errors: `AggregateLambdaFunction.Environment`
 * @returns the value with plain data only; undefined for AWS::NoValue, which is left out of lists and objects
 * @throws {TemplateError} for what cannot be resolved
 * @example evaluate({ 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }]] }, scope, 'Topic.TopicName') // 'a-us-east-1'
 */
export function evaluate(value: unknown, scope: Scope, place: string): unknown {
  if (Array.isArray(value)) {
    return value
      .map((member, index) => evaluate(member, scope, `${place}[${index}]`))
      .filter((member) => member !== undefined);
  }
  if (!isRecord(value)) return value;

  const entries = Object.entries(value);
  const [only] = entries;
  if (only && entries.length === 1 && isFunctionName(only[0])) return call(only[0], only[1], scope, place);
  return Object.fromEntries(
    entries
      .map(([name, member]) => [name, evaluate(member, scope, `${place}.${name}`)] as const)
      .filter(([, member]) => member !== undefined),
  );
}

function isFunctionName(name: string): boolean {
  return name === 'Ref' || name === 'Condition' || name.startsWith('Fn::');
}

function call(name: string, argument: unknown, scope: Scope, place: string): unknown {
  switch (name) {
    case 'Ref':
      return ref(text(argument, name, place), scope, place);
    case 'Fn::GetAtt':
      return getAtt(argument, scope, place);
    case 'Fn::Sub':
      return sub(argument, scope, place);
    case 'Fn::Join': {
      const [separator, parts] = list(argument, name, place);
      const members = list(evaluate(parts, scope, place), name, place);
      return members.map((part) => text(part, name, place)).join(text(separator, name, place));
    }
    case 'Fn::Select': {
      const [index, from] = list(evaluate(argument, scope, place), name, place);
      const chosen = list(from, name, place)[Number(index)];
      if (chosen === undefined) throw failure(place, `Fn::Select finds no element ${String(index)}`);
      return chosen;
    }
    case 'Fn::Split': {
      const [separator, whole] = list(evaluate(argument, scope, place), name, place);
      return text(whole, name, place).split(text(separator, name, place));
    }
    case 'Fn::If': {
      const [condition, whenTrue, whenFalse] = list(argument, name, place);
      return evaluate(isTrue({ Condition: condition }, scope, place) ? whenTrue : whenFalse, scope, place);
    }
    default:
      throw failure(
        place,
        `${name} cannot be evaluated locally: write the value with Ref, GetAtt, Sub or Join`,
      );
  }
}

function ref(name: string, scope: Scope, place: string): unknown {
  if (name === NO_VALUE) return undefined;
  const pseudo = scope.pseudo[name];
  if (pseudo !== undefined) return pseudo;
  if (name in scope.parameters) return scope.parameters[name];
  return resource(name, scope, place).ref;
}

function getAtt(argument: unknown, scope: Scope, place: string): string {
  const path = typeof argument === 'string' ? argument.split('.') : list(argument, 'Fn::GetAtt', place);
  const [logicalId = '', ...rest] = path.map((part) => text(part, 'Fn::GetAtt', place));
  const attribute = rest.join('.');
  const { type, attributes } = resource(logicalId, scope, place);
  const value = attributes[attribute];
  if (value !== undefined) return value;
  const known = Object.keys(attributes).join(', ') || 'none';
  throw failure(place, `${logicalId} (${type}) has no attribute "${attribute}" locally; it has: ${known}`);
}

function sub(argument: unknown, scope: Scope, place: string): string {
  const [template, variables] = Array.isArray(argument) ? (argument as unknown[]) : [argument, {}];
  const own = evaluate(variables ?? {}, scope, place);
  return text(template, 'Fn::Sub', place).replace(
    /\$\{(!?)([^}]+)\}/g,
    (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      const key = name.trim();
      if (isRecord(own) && key in own) return text(own[key], 'Fn::Sub', place);
      const value = key.includes('.') ? getAtt(key, scope, place) : ref(key, scope, place);
      return text(value, 'Fn::Sub', place);
    },
  );
}

function resource(logicalId: string, scope: Scope, place: string): PhysicalResource {
  const found = scope.resources.get(logicalId);
  if (found) return found;
  throw failure(
    place,
    `refers to ${logicalId}, which is neither a parameter nor a resource that exists locally: ` +
      'check the name, or the list of skipped resources',
  );
}

/**
 * Whether a condition holds: `{Condition: name}`, Fn::Equals, Fn::And, Fn::Or, Fn::Not.
 * @throws {TemplateError} for an unknown condition or function
 */
export function isTrue(condition: unknown, scope: Scope, place: string): boolean {
  const [entry] = isRecord(condition) ? Object.entries(condition) : [];
  const [name, argument] = entry ?? [];
  const operands = (): boolean[] =>
    list(argument, name ?? '', place).map((operand) => isTrue(operand, scope, place));
  switch (name) {
    case 'Condition': {
      const named = text(argument, name, place);
      if (!(named in scope.conditions)) throw failure(place, `the template has no condition ${named}`);
      return isTrue(scope.conditions[named], scope, `Conditions.${named}`);
    }
    case 'Fn::Equals': {
      const [left, right] = list(argument, name, place).map((side) => evaluate(side, scope, place));
      return String(left) === String(right);
    }
    case 'Fn::And':
      return operands().every(Boolean);
    case 'Fn::Or':
      return operands().some(Boolean);
    case 'Fn::Not':
      return !operands()[0];
    default:
      throw failure(place, `${name ?? 'an empty condition'} is no condition function that is known here`);
  }
}

function text(value: unknown, name: string, place: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw failure(place, `${name} needs a string where it has ${shown(value)}`);
}

function list(value: unknown, name: string, place: string): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  throw failure(place, `${name} needs a list where it has ${shown(value)}`);
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

function failure(place: string, problem: string): TemplateError {
  return new TemplateError(`${place}: ${problem}`);
}
