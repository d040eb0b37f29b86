import type { RouteDefinition } from './alert-definition.ts';
import { checkKnown, checkObject } from './check.ts';
import { PipelineError } from './errors.ts';
import type { Route } from './pipeline.ts';

const ROUTE_FIELDS = Object.keys({ match: true, topic: true, also: true } satisfies Record<
  keyof RouteDefinition,
  true
>);
// As in custom.alertTopics of serverless.yml.
const TOPIC = /^[A-Za-z][A-Za-z0-9]{0,63}$/;

/** Checks where messages go. @throws {PipelineError} */
export function buildRoutes(routes: readonly RouteDefinition[]): Route[] {
  checkObject('routes', routes, "write [{ match: { severity: 'critical' }, topic: 'pages' }]");
  return [...routes].map((route, i) => buildRoute(`routes.${i}`, route));
}

function buildRoute(field: string, route: RouteDefinition): Route {
  checkObject(field, route, "write { match: { severity: 'critical' }, topic: 'pages' }");
  checkKnown(field, route, ROUTE_FIELDS);
  checkObject(`${field}.match`, route.match, 'write {} to match all alerts');
  if (typeof route.topic !== 'string' || !TOPIC.test(route.topic)) {
    throw new PipelineError(
      `${field}.topic`,
      `is ${JSON.stringify(route.topic)}, which is no name of a topic`,
      'begin with a letter and use up to 64 letters and digits, as in custom.alertTopics of serverless.yml',
    );
  }
  const match: Record<string, readonly string[]> = {};
  for (const [label, given] of Object.entries<unknown>(route.match)) {
    const values: unknown[] = Array.isArray(given) ? given : [given];
    if (values.length === 0 || !values.every(isText)) {
      throw new PipelineError(
        `${field}.match.${label}`,
        'is neither a text nor a list of texts',
        `write ${label}: 'value' or ${label}: ['one', 'another']`,
      );
    }
    match[label] = values.filter(isText);
  }
  return { match, topic: route.topic, also: route.also ?? false };
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
