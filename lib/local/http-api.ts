import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { findRoute } from './find-route.ts';
import { requestUrl } from './request-url.ts';
import type { HttpRoute } from './stack/http-routes.ts';

/** An HTTP API at work on this machine. */
export interface LocalHttpApi {
  readonly url: string;
  close(): Promise<void>;
}

/** The port is taken. */
export class PortError extends Error {
  override readonly name = 'PortError';
}

/** What answers on the same port. */
export interface Beside {
  /** Whether it comes before a route of the API; without, it is for what no route takes. */
  readonly isFirst?: (path: string) => boolean;
  /** Must not reject. */
  readonly answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
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
 * @param beside what else answers on the port; nothing, unless given
 * @throws {PortError} if the port is taken
 */
export async function serveHttpApi(
  routes: readonly HttpRoute[],
  invoke: (functionKey: string, event: unknown) => Promise<unknown>,
  port: number,
  beside?: Beside,
): Promise<LocalHttpApi> {
  const server = createServer((request, response) => {
    void answer(routes, invoke, beside, request, response);
  });
  await listen(server, port);
  const address = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${address.port}`, close: () => close(server) };
}

async function answer(
  routes: readonly HttpRoute[],
  invoke: (functionKey: string, event: unknown) => Promise<unknown>,
  beside: Beside | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = requestUrl(request);
  const found = findRoute(routes, request.method ?? 'GET', url.pathname);
  if (beside !== undefined && (found === undefined || beside.isFirst?.(url.pathname) === true)) {
    await beside.answer(request, response);
    return;
  }
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

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    throw new PortError(
      `port ${port} of this machine is taken: stop what listens there, or choose another with --port`,
      { cause: error },
    );
  }
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
