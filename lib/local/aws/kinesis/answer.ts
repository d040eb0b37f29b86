import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { BodyType } from './body.ts';
import { encodeBody } from './body.ts';
import { ApiError } from './errors.ts';

/** Sends an answer. */
export function sendOutput(response: ServerResponse, type: BodyType, output: object): void {
  send(response, type, 200, encodeBody(type, output));
}

/** Sends what a client did wrong, or what went wrong here. */
export function sendError(response: ServerResponse, type: BodyType, error: unknown): void {
  if (error instanceof ApiError) {
    send(response, type, 400, encodeBody(type, error.body));
    return;
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  send(response, type, 500, encodeBody(type, { __type: 'InternalFailure', message }));
}

/** The headers of an answer of this type. */
export function answerHeaders(type: string): Record<string, string> {
  const requestId = randomUUID();
  return { 'content-type': type, 'x-amzn-requestid': requestId, 'x-amz-id-2': requestId };
}

function send(response: ServerResponse, type: BodyType, status: number, body: Uint8Array): void {
  response.writeHead(status, { ...answerHeaders(type), 'content-length': body.byteLength });
  response.end(body);
}
