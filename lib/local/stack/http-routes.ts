import { TemplateError } from './errors.ts';
import type { StackFunction } from './functions.ts';
import type { Scope } from './intrinsics.ts';
import { evaluate } from './intrinsics.ts';
import { optionalString, requiredString } from './resources/properties.ts';
import type { Template } from './template.ts';

/** A route of the HTTP API. */
export interface HttpRoute {
  readonly logicalId: string;
  /** `GET /aggregates/{aggregate}`, or `$default`. */
  readonly routeKey: string;
  /** `GET`, `ANY`; absent for `$default`. */
  readonly method: string | undefined;
  /** `/aggregates/{aggregate}`; absent for `$default`. */
  readonly path: string | undefined;
  readonly payloadFormatVersion: string;
  readonly function: StackFunction;
}

/**
 * The routes of a template's HTTP API.
 * @throws {TemplateError} when a route leads to no integration, or an integration to no function
 */
export function readHttpRoutes(
  template: Template,
  scope: Scope,
  functions: readonly StackFunction[],
): readonly HttpRoute[] {
  return Object.entries(template.Resources).flatMap(([logicalId, { Type, Properties = {} }]) => {
    if (Type !== 'AWS::ApiGatewayV2::Route' || !scope.resources.has(logicalId)) return [];
    const properties = evaluate(Properties, scope, logicalId) as Record<string, unknown>;
    const routeKey = requiredString({ logicalId, properties }, 'RouteKey');
    const target = requiredString({ logicalId, properties }, 'Target');
    const integration = integrationAt(target, template, scope);
    if (!integration) {
      throw new TemplateError(`${logicalId}.Target is ${target}, which is no integration of this template`);
    }
    const uri = requiredString(integration, 'IntegrationUri');
    const invoked = functions.find(({ arn }) => uri.includes(arn));
    if (!invoked) {
      throw new TemplateError(
        `${integration.logicalId}.IntegrationUri is ${uri}, which is no function of this template`,
      );
    }
    const [method, path] = routeKey.split(' ');
    return {
      logicalId,
      routeKey,
      method: path === undefined ? undefined : method,
      path,
      payloadFormatVersion: optionalString(integration, 'PayloadFormatVersion') ?? '1.0',
      function: invoked,
    };
  });
}

function integrationAt(target: string, template: Template, scope: Scope) {
  const id = target.replace(/^integrations\//, '');
  const found = [...scope.resources.values()].find(
    ({ type, ref }) => type === 'AWS::ApiGatewayV2::Integration' && ref === id,
  );
  if (!found) return undefined;
  const { logicalId } = found;
  const properties = evaluate(template.Resources[logicalId]?.Properties ?? {}, scope, logicalId);
  return { logicalId, properties: properties as Record<string, unknown> };
}
