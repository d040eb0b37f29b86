import type { EmbeddedAws } from '../aws/embedded.ts';
import type { StackEventSourceMapping } from './event-source-mappings.ts';
import { readEventSourceMappings } from './event-source-mappings.ts';
import type { StackFunction } from './functions.ts';
import { readFunctions } from './functions.ts';
import type { HttpRoute } from './http-routes.ts';
import { readHttpRoutes } from './http-routes.ts';
import type { PhysicalResource } from './physical.ts';
import type { ProvisionOptions, SkippedResource } from './provision.ts';
import { provision } from './provision.ts';
import type { Schedule } from './schedules.ts';
import { readSchedules } from './schedules.ts';
import type { Template } from './template.ts';

/** A template that has become real in the embedded AWS: what exists, and what is to run. */
export interface Stack {
  /** By logical id. */
  readonly resources: ReadonlyMap<string, PhysicalResource>;
  readonly skipped: readonly SkippedResource[];
  readonly functions: readonly StackFunction[];
  readonly eventSourceMappings: readonly StackEventSourceMapping[];
  readonly httpRoutes: readonly HttpRoute[];
  readonly schedules: readonly Schedule[];
}

/**
 * Makes a template's resources and reads what runs on them.
 * @throws {TemplateError} for what cannot be resolved or made
 * @example
 * const aws = await startEmbeddedAws();
 * const template = await loadTemplate('.serverless/cloudformation-template-update-stack.json');
 * const stack = await createStack(template, aws, { stackName: 'weir-local' });
 * stack.resources.get('EventStream')?.ref; // 'weir-local-EventStream'
 */
export async function createStack(
  template: Template,
  aws: Pick<EmbeddedAws, 'account' | 'clients' | 'region'>,
  options: ProvisionOptions,
): Promise<Stack> {
  const { scope, skipped } = await provision(template, aws, options);
  const functions = readFunctions(template, scope);
  return {
    resources: scope.resources,
    skipped,
    functions,
    eventSourceMappings: readEventSourceMappings(template, scope, functions),
    httpRoutes: readHttpRoutes(template, scope, functions),
    schedules: readSchedules(template, scope, functions),
  };
}
