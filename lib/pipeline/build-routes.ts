import type { RouteDefinition } from './alert-definition.ts';
import { SEVERITIES } from './build-life-cycle.ts';
import { checkKnown, checkObject } from './check.ts';
import { PipelineError } from './errors.ts';
import { messageLabels } from './label-names.ts';
import type { Alert, Route } from './pipeline.ts';

const ROUTE_FIELDS = Object.keys({ match: true, topic: true, also: true } satisfies Record<
  keyof RouteDefinition,
  true
>);
// As in custom.alertTopics of serverless.yml.
const TOPIC = /^[A-Za-z][A-Za-z0-9]{0,63}$/;

/** Checks where messages of some alerts go. @throws {PipelineError} */
export function buildRoutes(routes: readonly RouteDefinition[], alerts: readonly Alert[]): Route[] {
  const remedy = "write [{ match: { severity: 'critical' }, topic: 'pages' }]";
  checkObject('routes', routes, remedy);
  const isList: boolean = Array.isArray(routes);
  if (!isList) throw new PipelineError('routes', 'is no list', remedy);
  return routes.map((route, i) => buildRoute(`routes.${i}`, route, alerts));
}

function buildRoute(field: string, route: RouteDefinition, alerts: readonly Alert[]): Route {
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
    checkMatch(field, label, values.filter(isText), alerts);
  }
  const also: unknown = route.also ?? false;
  if (typeof also !== 'boolean') {
    throw new PipelineError(
      `${field}.also`,
      'is neither true nor false',
      'write also: true, or leave it out',
    );
  }
  return { match, topic: route.topic, also };
}

/** A route that can match nothing is a slip of the pen, and its messages would go elsewhere. */
function checkMatch(route: string, label: string, values: readonly string[], alerts: readonly Alert[]): void {
  const field = `${route}.match.${label}`;
  const labels = messageLabels(alerts);
  if (!labels.includes(label)) {
    throw new PipelineError(field, 'is a label that no message has', `take some of ${labels.join(', ')}`);
  }
  if (label !== 'alert' && label !== 'severity') return;
  const known: readonly string[] = label === 'alert' ? alerts.map(({ name }) => name) : SEVERITIES;
  const stranger = values.find((value) => !known.includes(value));
  if (stranger === undefined) return;
  throw new PipelineError(
    field,
    `has '${stranger}', which no ${label} is`,
    `take some of ${known.join(', ')}`,
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
