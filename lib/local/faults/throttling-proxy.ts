import { Agent, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { readBody, serve, type RunningServer } from '../aws/http.ts';
import type { Chance } from './chance.ts';
import { refuseSome } from './partial-refusal.ts';
import { refusalOf } from './refusal.ts';

/** A service of which some calls are refused as if there were too many. */
export interface ThrottlingProxy {
  readonly endpoint: string;
  /** Probability with which a call is refused from now on. */
  setRate(rate: number): void;
  /** How many calls, or entries of calls, have been refused. */
  refused(): number;
  stop(): Promise<void>;
}

/**
 * Stands in front of an embedded server, and refuses calls by chance, with what the service would say. Calls of many entries, where
 * the service may take some of them, are refused in part as often as not.
 *
 * @param target `http://127.0.0.1:PORT`
 * @param name of the server, for the series of chance
 */
export async function startThrottlingProxy(
  target: string,
  name: string,
  chance: Chance,
): Promise<ThrottlingProxy> {
  const agent = new Agent({ keepAlive: true });
  let rate = 0;
  let refused = 0;
  const server: RunningServer = await serve((request, response) => {
    if (rate === 0 || chance.next(`throttle ${name}`) >= rate) pass(request, response);
    else
      refuse(request, response).catch(() => {
        response.destroy();
      });
  });
  return {
    endpoint: server.endpoint,
    setRate: (wanted) => {
      rate = wanted;
    },
    refused: () => refused,
    stop: async () => {
      await server.stop();
      agent.destroy();
    },
  };

  function pass(request: IncomingMessage, response: ServerResponse): void {
    const onward = send(target + (request.url ?? '/'), {
      agent,
      method: request.method,
      headers: request.headers,
    });
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    onward.on('error', () => response.destroy());
    // Who goes away in the middle of a call does not get it done by halves.
    response.on('close', () => {
      if (!response.writableEnded) onward.destroy();
    });
    request.pipe(onward);
  }

  async function refuse(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const operation = request.headers['x-amz-target'];
    const asked = typeof operation === 'string' ? operation : undefined;
    const inPart = asked === undefined ? undefined : partOf(asked, body);
    if (inPart === undefined) {
      refused++;
      const refusal = refusalOf(asked, chance.next(`refusal ${name}`));
      response.writeHead(refusal.status, {
        ...refusal.headers,
        'content-length': Buffer.byteLength(refusal.body),
      });
      response.end(refusal.body);
      return;
    }
    refused += inPart.refused;
    const { status, headers, text } = await sendAgain(request, JSON.stringify(inPart.request));
    const merged =
      status === 200 ? JSON.stringify(inPart.merge(JSON.parse(text) as Record<string, unknown>)) : text;
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(merged) });
    response.end(merged);
  }

  function partOf(operation: string, body: Buffer): ReturnType<typeof refuseSome> {
    if (chance.next(`in part ${name}`) < 0.5) return undefined;
    const request = JSON.parse(body.toString()) as Record<string, unknown>;
    return refuseSome(operation, request, 0.5, () => chance.next(`entry ${name}`));
  }

  async function sendAgain(
    request: IncomingMessage,
    body: string,
  ): Promise<{ status: number; headers: Record<string, string>; text: string }> {
    const onward = send(target + (request.url ?? '/'), {
      agent,
      method: request.method,
      headers: { ...request.headers, 'content-length': Buffer.byteLength(body) },
    });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      onward.on('response', resolve).on('error', reject);
    });
    onward.end(body);
    const answer = await answered;
    const type = answer.headers['content-type'] ?? 'application/x-amz-json-1.1';
    return {
      status: answer.statusCode ?? 502,
      headers: { 'content-type': type },
      text: (await buffer(answer)).toString(),
    };
  }
}
