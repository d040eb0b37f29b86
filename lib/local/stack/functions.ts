import type { Scope } from './intrinsics.ts';
import { evaluate } from './intrinsics.ts';
import type { Properties } from './resources/properties.ts';
import { optionalNumber, optionalObject, optionalString, requiredString } from './resources/properties.ts';
import { isRecord } from './template.ts';
import type { Template } from './template.ts';

/** A Lambda function of the template. */
export interface StackFunction {
  /** `AggregateLambdaFunction` */
  readonly logicalId: string;
  /** The key in serverless.yml: `aggregate`. */
  readonly key: string;
  /** The deployed name: `weir-dev-aggregate`. */
  readonly functionName: string;
  readonly arn: string;
  /** Module and export: `functions/aggregate.handler`. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly environment: Readonly<Record<string, string>>;
  /** How many invocations may be under way at once; unbounded unless given. */
  readonly reservedConcurrency?: number | undefined;
  /** `nodejs22.x` */
  readonly runtime?: string | undefined;
  /** `Active` if its traces are sampled. */
  readonly tracing?: 'Active' | undefined;
  /** The file name of its bundle in the package directory: `aggregate.zip`. */
  readonly artifact: string | undefined;
}

/** AWS::Lambda::Function: the defaults of Timeout and MemorySize. */
const DEFAULT_TIMEOUT_SECONDS = 3;
const DEFAULT_MEMORY_MEGABYTES = 128;

/**
 * The functions of a template whose resources exist.
 * @throws {TemplateError} when an environment variable or another property cannot be resolved
 */
export function readFunctions(template: Template, scope: Scope): readonly StackFunction[] {
  return Object.entries(template.Resources).flatMap(([logicalId, { Type, Properties: declared = {} }]) => {
    const made = scope.resources.get(logicalId);
    if (Type !== 'AWS::Lambda::Function' || !made) return [];
    const { Handler, Timeout, MemorySize, Environment, Code, Runtime } = declared;
    const { ReservedConcurrentExecutions, TracingConfig } = declared;
    const wanted = {
      Handler,
      Timeout,
      MemorySize,
      Environment,
      Code: withoutBucket(Code),
      ReservedConcurrentExecutions,
      Runtime,
      TracingConfig,
    };
    const properties = evaluate(wanted, scope, logicalId) as Record<string, unknown>;
    const from = { logicalId, properties };
    const code = optionalObject(from, 'Code');
    return {
      logicalId,
      key: functionKey(logicalId, made.ref),
      functionName: made.ref,
      arn: made.attributes.Arn ?? '',
      handler: requiredString(from, 'Handler'),
      timeoutSeconds: optionalNumber(from, 'Timeout') ?? DEFAULT_TIMEOUT_SECONDS,
      memoryMegabytes: optionalNumber(from, 'MemorySize') ?? DEFAULT_MEMORY_MEGABYTES,
      environment: environmentOf(from),
      reservedConcurrency: optionalNumber(from, 'ReservedConcurrentExecutions'),
      runtime: optionalString(from, 'Runtime'),
      tracing: tracingOf(from),
      artifact: code && optionalString(code, 'S3Key')?.split('/').at(-1),
    };
  });
}

function withoutBucket(code: unknown): unknown {
  return isRecord(code) && 'S3Key' in code ? { S3Key: code.S3Key } : undefined;
}

function environmentOf(from: Properties): Record<string, string> {
  const environment = optionalObject(from, 'Environment');
  const variables = environment && optionalObject(environment, 'Variables');
  if (!variables) return {};
  return Object.fromEntries(
    Object.keys(variables.properties).map((name) => [name, requiredString(variables, name)]),
  );
}

function tracingOf(from: Properties): StackFunction['tracing'] {
  const config = optionalObject(from, 'TracingConfig');
  return config && optionalString(config, 'Mode') === 'Active' ? 'Active' : undefined;
}

/**
 * The key under which serverless.yml has a function. The framework makes the logical id from it by an upper-case
 * first letter, `Dash` for - and `Underscore` for _; the function's name tells which key was meant.
 * @example functionKey('MyDashFoldLambdaFunction', 'weir-dev-my-fold') // 'my-fold'
 */
export function functionKey(logicalId: string, functionName: string): string {
  const base = logicalId.replace(/LambdaFunction$/, '');
  const parts = functionName.split('-');
  const match = parts
    .map((_, index) => parts.slice(index).join('-'))
    .find((candidate) => normalized(candidate) === base);
  return match ?? `${base.slice(0, 1).toLowerCase()}${base.slice(1)}`;
}

function normalized(key: string): string {
  const name = key.replaceAll('-', 'Dash').replaceAll('_', 'Underscore');
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
}
