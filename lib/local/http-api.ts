import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { HttpRoute } from './stack/http-routes.ts';

/** An HTTP API at work on this machine. */
export interface LocalHttpApi {
  readonly url: string;
  close(): Promise<void>;
}

interface Answer {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/**
 * Serves the routes of an HTTP API as API Gateway does, by Lambda proxy integration with payload version 2.0:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 *
 * It listens on this machine alone and asks for no signature.
 *
 * @param port 0 for any that is free
 */
export async function serveHttpApi(
  routes: readonly HttpRoute[],
  invoke: (functionKey: string, event: unknown) => Promise<unknown>,
  port: number,
): Promise<LocalHttpApi> {
  const server = createServer((request, response) => {
    void answer(routes, invoke, request, response);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${address.port}`, close: () => close(server) };
}

async function answer(
  routes: readonly HttpRoute[],
  invoke: (functionKey: string, event: unknown) => Promise<unknown>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const found = findRoute(routes, request.method ?? 'GET', url.pathname);
  if (found === undefined) {
    respond(response, 404, JSON.stringify({ message: 'Not Found' }));
    return;
  }
  try {
    const event = await eventOf(found.route, found.parameters, request, url);
    const result = await invoke(found.route.function.key, event);
    const { statusCode = 200, headers = {}, body = '', isBase64Encoded = false } = (result ?? {}) as Answer;
    response.writeHead(statusCode, headers).end(isBase64Encoded ? Buffer.from(body, 'base64') : body);
  } catch {
    // What API Gateway says when the function fails; the function's output says more.
    respond(response, 500, JSON.stringify({ message: 'Internal Server Error' }));
  }
}

function findRoute(
  routes: readonly HttpRoute[],
  method: string,
  path: string,
): { readonly route: HttpRoute; readonly parameters: Record<string, string> } | undefined {
  for (const route of routes) {
    if (route.path === undefined || (route.method !== method && route.method !== 'ANY')) continue;
    const parameters = match(route.path, path);
    if (parameters !== undefined) return { route, parameters };
  }
  return undefined;
}

function match(pattern: string, path: string): Record<string, string> | undefined {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== given.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    const name = /^\{(.+)\}$/.exec(part)?.[1];
    if (name !== undefined) parameters[name] = decoded(given[i] ?? '');
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

async function eventOf(
  route: HttpRoute,
  pathParameters: Record<string, string>,
  request: IncomingMessage,
  url: URL,
): Promise<Record<string, unknown>> {
  const body = await buffer(request);
  const headers = Object.entries(request.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(',') : (value ?? ''),
  ]);
  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers: Object.fromEntries(headers) as Record<string, string>,
    queryStringParameters: Object.fromEntries(url.searchParams),
    pathParameters,
    requestContext: {
      http: {
        method: request.method,
        path: url.pathname,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: request.headers['user-agent'] ?? '',
      },
      routeKey: route.routeKey,
      stage: '$default',
      domainName: request.headers.host ?? 'localhost',
      requestId: 'local',
      timeEpoch: Date.now(),
    },
    ...(body.length === 0 ? {} : { body: body.toString('base64') }),
    isBase64Encoded: body.length > 0,
  };
}

function respond(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
