import type { EmbeddedAws } from '../local/aws/embedded.ts';
import {
  readEventSourceMappings,
  type StackEventSourceMapping,
} from '../local/stack/event-source-mappings.ts';
import { readFunctions, type StackFunction } from '../local/stack/functions.ts';
import type { PhysicalResource } from '../local/stack/physical.ts';
import { provision, type SkippedResource } from '../local/stack/provision.ts';
import type { Template } from '../local/stack/template.ts';
import { readTopicSubscriptions, type TopicSubscription } from '../local/stack/topic-subscriptions.ts';

/** What there is of a service beside its routes and schedules, which serverless-offline reads from serverless.yml. */
export interface OfflineStack {
  readonly resources: readonly PhysicalResource[];
  readonly skipped: readonly SkippedResource[];
  readonly functions: readonly StackFunction[];
  readonly eventSourceMappings: readonly StackEventSourceMapping[];
  readonly topicSubscriptions: readonly TopicSubscription[];
}

/**
 * Makes a template's resources, and reads what runs on them.
 *
 * @param apiUrl where the service's HTTP API answers: what its ApiEndpoint is
 * @throws {TemplateError} for what cannot be resolved or made
 */
export async function createOfflineStack(
  template: Template,
  aws: EmbeddedAws,
  stackName: string,
  apiUrl: string,
): Promise<OfflineStack> {
  const made = await provision(template, aws, { stackName });
  const resources = new Map([...made.scope.resources].map(([id, resource]) => [id, atUrl(resource, apiUrl)]));
  const scope = { ...made.scope, resources };
  const functions = readFunctions(template, scope);
  return {
    resources: [...resources.values()],
    skipped: made.skipped,
    functions,
    eventSourceMappings: readEventSourceMappings(template, scope, functions),
    topicSubscriptions: readTopicSubscriptions(template, scope, functions),
  };
}

function atUrl(resource: PhysicalResource, apiUrl: string): PhysicalResource {
  if (resource.type !== 'AWS::ApiGatewayV2::Api') return resource;
  return { ...resource, attributes: { ...resource.attributes, ApiEndpoint: apiUrl } };
}
