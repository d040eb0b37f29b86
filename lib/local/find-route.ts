import type { HttpRoute } from './stack/http-routes.ts';

/** A route that a request belongs to, and what its path holds for the route's parameters. */
export interface FoundRoute {
  readonly route: HttpRoute;
  readonly parameters: Record<string, string>;
}

/**
 * The route of a request, as API Gateway chooses it: one that matches the whole path, else one with a greedy parameter
 * (`/files/{path+}`), else `$default`; of two alike, the one that names the method.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function findRoute(
  routes: readonly HttpRoute[],
  method: string,
  path: string,
): FoundRoute | undefined {
  for (const isGreedy of [false, true]) {
    for (const wanted of [method, 'ANY']) {
      for (const route of routes) {
        if (route.path === undefined || route.method !== wanted) continue;
        if (route.path.endsWith('+}') !== isGreedy) continue;
        const parameters = match(route.path, path);
        if (parameters !== undefined) return { route, parameters };
      }
    }
  }
  const fallback = routes.find(({ routeKey }) => routeKey === '$default');
  return fallback && { route: fallback, parameters: {} };
}

function match(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  const last = wanted.length - 1;
  const greedy = /^\{(.+)\+\}$/.exec(wanted[last] ?? '')?.[1];
  if (greedy === undefined ? given.length !== wanted.length : given.length < wanted.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    const name = /^\{(.+)\}$/.exec(part)?.[1];
    if (greedy !== undefined && i === last) parameters[greedy] = given.slice(last).map(decoded).join('/');
    else if (name !== undefined) parameters[name] = decoded(given[i] ?? '');
    else if (part !== given[i]) return undefined;
  }
  return parameters;
}

/** A part of a path without its percent encoding; as it stands if that is broken. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
