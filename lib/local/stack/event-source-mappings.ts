import { TemplateError } from './errors.ts';
import type { StackFunction } from './functions.ts';
import type { Scope } from './intrinsics.ts';
import { evaluate } from './intrinsics.ts';
import type { Properties } from './resources/properties.ts';
import { optionalBoolean, optionalNumber, requiredString } from './resources/properties.ts';
import type { Template } from './template.ts';

/** The properties of AWS::Lambda::EventSourceMapping that have to do with streams, under CloudFormation's names. */
export interface EventSourceMappingProperties {
  readonly EventSourceArn: string;
  readonly FunctionName: string;
  readonly Enabled?: boolean;
  readonly StartingPosition?: string;
  /** Seconds since 1970. */
  readonly StartingPositionTimestamp?: number;
  readonly BatchSize?: number;
  readonly MaximumBatchingWindowInSeconds?: number;
  readonly ParallelizationFactor?: number;
  readonly MaximumRetryAttempts?: number;
  readonly MaximumRecordAgeInSeconds?: number;
  readonly BisectBatchOnFunctionError?: boolean;
  readonly TumblingWindowInSeconds?: number;
  readonly FunctionResponseTypes?: readonly string[];
  readonly FilterCriteria?: { readonly Filters?: readonly { readonly Pattern?: string }[] };
  readonly DestinationConfig?: { readonly OnFailure?: { readonly Destination?: string } };
}

/** An event source mapping of the template, and the function that it invokes. */
export interface StackEventSourceMapping {
  readonly logicalId: string;
  readonly function: StackFunction;
  readonly properties: EventSourceMappingProperties;
}

const NUMBERS = [
  'StartingPositionTimestamp',
  'BatchSize',
  'MaximumBatchingWindowInSeconds',
  'ParallelizationFactor',
  'MaximumRetryAttempts',
  'MaximumRecordAgeInSeconds',
  'TumblingWindowInSeconds',
] as const;
const BOOLEANS = ['Enabled', 'BisectBatchOnFunctionError'] as const;

/**
 * The event source mappings of a template whose resources exist.
 * @throws {TemplateError} when a property cannot be resolved or no function has the name given
 */
export function readEventSourceMappings(
  template: Template,
  scope: Scope,
  functions: readonly StackFunction[],
): readonly StackEventSourceMapping[] {
  return Object.entries(template.Resources).flatMap(([logicalId, { Type, Properties = {} }]) => {
    if (Type !== 'AWS::Lambda::EventSourceMapping' || !scope.resources.has(logicalId)) return [];
    const properties = evaluate(Properties, scope, logicalId) as Record<string, unknown>;
    const from = { logicalId, properties };
    const name = requiredString(from, 'FunctionName');
    const target = functions.find(({ arn, functionName }) => isFunction(name, arn, functionName));
    if (!target) {
      throw new TemplateError(`${logicalId}.FunctionName is ${name}, which is no function of this template`);
    }
    return { logicalId, function: target, properties: typed(from) };
  });
}

function isFunction(name: string, arn: string, functionName: string): boolean {
  return name === functionName || name === arn || name.startsWith(`${arn}:`);
}

/** CloudFormation takes numbers and booleans as text too; here they have their types. */
function typed(from: Properties): EventSourceMappingProperties {
  const numbers = NUMBERS.flatMap((name) => {
    const value = optionalNumber(from, name);
    return value === undefined ? [] : [[name, value]];
  });
  const booleans = BOOLEANS.flatMap((name) => {
    const value = optionalBoolean(from, name);
    return value === undefined ? [] : [[name, value]];
  });
  return {
    ...from.properties,
    ...(Object.fromEntries([...numbers, ...booleans]) as object),
    EventSourceArn: requiredString(from, 'EventSourceArn'),
    FunctionName: requiredString(from, 'FunctionName'),
  };
}
